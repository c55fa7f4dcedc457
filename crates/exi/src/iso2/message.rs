//! `V2G_Message`: the one root element of ISO 15118-2.

use super::{Body, Header};

/// A message: header and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Session, notification and signature.
    pub header: Header,
    /// The message proper.
    pub body: Body,
}
