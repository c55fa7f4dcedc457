//! A receiver of events: it answers at once, deals with each event once, and with nothing that is not signed.
//!
//! `EVENT_SECRET=whsec_… cargo run -p opnc-client --example receive_events` listens on 127.0.0.1:9000. The page
//! docs/how-to/events.md explains it.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own, with the clock of its machine"
)]

use std::collections::{HashSet, VecDeque};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jiff::Timestamp;
use opnc_client::webhook::{self, Event};
use uuid::Uuid;

/// As many events as could be repeated while they are still of now.
const REMEMBERED: usize = 10_000;

struct Receiver {
    secret: String,
    seen: Mutex<Seen>,
}

/// The last events that were dealt with. A real receiver keeps their ids in the database that it changes, in the same
/// transaction.
#[derive(Default)]
struct Seen {
    ids: HashSet<Uuid>,
    order: VecDeque<Uuid>,
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let event = match webhook::verify(headers.iter(), &body, &receiver.secret, Timestamp::now()) {
        Ok(event) => event,
        Err(error) => {
            println!("refused: {error}");
            // 400 is the end of it. Answer 503 where the fault may be on this side, and it is sent again.
            return StatusCode::BAD_REQUEST;
        }
    };
    if receiver.seen.lock().unwrap_or_else(PoisonError::into_inner).is_new(event.id) {
        deal_with(&event);
    }
    StatusCode::NO_CONTENT
}

fn deal_with(event: &Event) {
    println!("{} {} {}", event.id, event.kind, event.body.get("payload").unwrap_or_default());
}

impl Seen {
    fn is_new(&mut self, id: Uuid) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret = std::env::var("EVENT_SECRET").map_err(|_| "EVENT_SECRET is the secret of the endpoint")?;
    let receiver = Arc::new(Receiver { secret, seen: Mutex::default() });
    let service = Router::new().route("/events", post(receive)).with_state(receiver);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:9000").await?;
    println!("listening on http://{}/events", listener.local_addr()?);
    axum::serve(listener, service).await?;
    Ok(())
}
