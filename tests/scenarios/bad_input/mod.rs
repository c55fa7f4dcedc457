//! Malformed input through every door: refused with all that is wrong, and nothing has happened.

mod bodies;
mod certificates;
mod identifiers;
mod messages;

use opnc_test_util::calls::Answer;
use opnc_test_util::{Snapshot, World};

/// A refusal as every refusal must be: a 4xx whose messages are there, each once.
fn refused(answer: &Answer, what: &str) -> Vec<String> {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text);
    let messages = answer.messages();
    let mut unique = messages.clone();
    unique.sort();
    unique.dedup();
    assert!(!messages.is_empty() && unique.len() == messages.len(), "{what}: {messages:?}");
    assert!(messages.iter().all(|message| message.len() > 5), "{what}: {messages:?}");
    messages
}

/// No row of any table is another one than before: no event, no audit line, no half of anything.
async fn unchanged(world: &World, before: &Snapshot) {
    assert_eq!(before.changed(&world.ecosystem.snapshot().await), Vec::<String>::new());
}
