//! Ids of traces and spans: a trace that begins here has the trace id of its request.

use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use uuid::Uuid;

thread_local! {
    /// The interface of the library has no argument for it; set only while one span is made.
    static NEXT: Cell<Option<Uuid>> = const { Cell::new(None) };
}

/// Makes a span; if it is the first of a trace, that has this id.
pub(super) fn with_trace_id<T>(trace: Uuid, make: impl FnOnce() -> T) -> T {
    NEXT.set(Some(trace));
    let made = make();
    NEXT.set(None);
    made
}

/// Takes the id that was set, else a random one.
#[derive(Debug, Default)]
pub(super) struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        NEXT.take().map_or_else(|| self.0.new_trace_id(), |trace| TraceId::from_bytes(trace.into_bytes()))
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}
