//! Figures about what an ecosystem does, for whoever watches it.
//!
//! Each store has a meter of its own, so that several ecosystems in one process do not mix; it measures nothing until
//! somebody who wants the figures gives it a recorder. Labels are names from the code, never identifiers.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use metrics::{Key, Label, Level, Metadata, Recorder};

static METADATA: Metadata<'static> = Metadata::new("opnc", Level::INFO, None);

/// Takes down how long things take and how often they happen. Cheap to clone; all clones have the same recorder.
#[derive(Clone, Default)]
pub struct Meter {
    recorder: Arc<OnceLock<Arc<dyn Recorder + Send + Sync>>>,
    listener: Arc<OnceLock<Box<Listener>>>,
}

/// Hears of work that has just ended, in the task that did it.
type Listener = dyn Fn(Work<'_>) + Send + Sync;

/// Work that has just ended.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The peer that was waited for, as the operator calls it.
    pub peer: Option<&'a str>,
    /// How long it took.
    pub took: Duration,
}

/// When something began; `None` while nobody measures.
#[derive(Debug, Clone, Copy)]
pub struct Began(Option<Instant>);

impl Meter {
    /// Measures from now on. A second recorder is not taken.
    pub fn record_with(&self, recorder: Arc<dyn Recorder + Send + Sync>) {
        // The first one stays: two servers over one ecosystem have the same figures.
        let _ = self.recorder.set(recorder);
    }

    /// Tells of each piece of work from now on, which has to be recorded as well. A second listener is not taken.
    pub fn tell(&self, listener: impl Fn(Work<'_>) + Send + Sync + 'static) {
        // As above.
        let _ = self.listener.set(Box::new(listener));
    }

    /// Begins to measure how long something takes.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "durations of work are measured here")]
    pub fn begin(&self) -> Began {
        Began(self.recorder.get().map(|_| Instant::now()))
    }

    /// Takes down how long something took, in seconds. The first label is its kind and name.
    pub fn took(&self, name: &'static str, labels: &[(&'static str, &'static str)], began: Began) {
        self.waited_for(None, name, labels, began);
    }

    /// As [`took`](Self::took), for a call to a peer. Who listens hears which; the figures do not tell.
    pub fn waited_for(
        &self,
        peer: Option<&str>,
        name: &'static str,
        labels: &[(&'static str, &'static str)],
        began: Began,
    ) {
        if let (Some(recorder), Some(began)) = (self.recorder.get(), began.0) {
            let took = began.elapsed();
            recorder.register_histogram(&key(name, labels), &METADATA).record(took.as_secs_f64());
            if let (Some(tell), Some((kind, name))) = (self.listener.get(), labels.first()) {
                tell(Work { kind, name, peer, took });
            }
        }
    }

    /// Counts that something happened.
    pub fn count(&self, name: &'static str, labels: &[(&'static str, &'static str)]) {
        if let Some(recorder) = self.recorder.get() {
            recorder.register_counter(&key(name, labels), &METADATA).increment(1);
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("records", &self.recorder.get().is_some()).finish()
    }
}

fn key(name: &'static str, labels: &[(&'static str, &'static str)]) -> Key {
    Key::from_parts(name, labels.iter().map(|(name, value)| Label::from_static_parts(name, value)).collect::<Vec<_>>())
}
