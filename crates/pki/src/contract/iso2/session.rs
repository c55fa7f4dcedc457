//! The session of a message.

use opnc_exi::iso2::Message;

/// Puts the session of the car's request, at most 8 bytes, into a stored message. The signature stays valid: it does not cover the header.
pub fn with_session_id(mut message: Message, session_id: &[u8]) -> Message {
    message.header.session_id = session_id.to_vec();
    message
}
