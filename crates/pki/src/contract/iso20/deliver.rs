//! Puts a kept message into the session that asks for it.

use opnc_exi::iso20::{Body, Message};

/// What a message carries outside of its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// The session between car and station.
    pub session_id: [u8; 8],
    /// When the message is sent, in seconds since 1970 (UTC).
    pub timestamp: u64,
    /// How many more contracts the car can ask for.
    pub remaining: u8,
}

/// The same message for this session. No signature covers what changes.
#[must_use]
pub fn deliver(mut message: Message, delivery: Delivery) -> Message {
    message.header.session_id = delivery.session_id;
    message.header.timestamp = delivery.timestamp;
    if let Body::CertificateInstallationRes(response) = &mut message.body {
        response.remaining_contract_certificate_chains = delivery.remaining;
    }
    message
}
