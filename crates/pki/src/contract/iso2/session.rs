//! The session of a message.

use opnc_exi::iso2::Message;
use opnc_messages::ids::SessionId;

/// Puts the session of the car's request into a stored message. The signature stays valid: it does not cover the header.
pub fn with_session_id(mut message: Message, session_id: &SessionId) -> Message {
    message.header.session_id = session_id.as_bytes().to_vec();
    message
}
