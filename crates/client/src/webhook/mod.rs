//! Events as their receivers see them: a POST whose body is signed with the secret of the endpoint.
//!
//! [`verify`] is all that a receiver needs; [`Signature`] and [`headers`] are what the sender makes, kept beside it so that
//! the two cannot drift apart.
//!
//! ```
//! use opnc_client::webhook;
//!
//! let (secret, now) = ("whsec-of-this-endpoint", "2026-06-01T12:00:03Z".parse()?);
//! let body = br#"{"eventId":"0197a0c0-0000-7000-8000-000000000001","eventType":"root.cert.added",
//!     "timestamp":"2026-06-01T12:00:00Z","payload":{}}"#;
//! let sent = webhook::headers(body, secret, None, webhook::Style::Prefixed);
//!
//! let event = webhook::verify(sent, body, secret, now)?;
//! assert_eq!(event.kind, "root.cert.added");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod signature;
mod verify;

pub use signature::{OPERATOR_SIGNATURE, PAYLOAD_SIGNATURE, PREVIOUS_SIGNATURE, Signature, Style, headers};
pub use verify::{Event, VerifyError, WINDOW, verify, verify_within};
