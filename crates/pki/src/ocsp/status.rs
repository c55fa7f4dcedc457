//! What is said about one certificate (RFC 6960, 4.2.1, `CertStatus`).

use der::asn1::AnyRef;
use der::{Tag, Tagged};
use jiff::Timestamp;
use opnc_messages::pki::RevocationReason;

use crate::asn1::{Fields, content, explicit, generalized_time, implicit, wrap};

/// Whether a certificate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is not revoked.
    Good,
    /// It was revoked.
    Revoked {
        /// When.
        at: Timestamp,
        /// Why, when that was said.
        reason: Option<RevocationReason>,
    },
    /// The responder knows no such certificate.
    Unknown,
}

impl Status {
    pub(super) fn to_der(self) -> Result<Vec<u8>, der::Error> {
        match self {
            Self::Good => wrap(implicit(0), &[]),
            Self::Revoked { at, reason } => {
                let reason = match reason {
                    Some(reason) => wrap(explicit(0), &[&wrap(Tag::Enumerated, &[&[reason.code()]])?])?,
                    None => Vec::new(),
                };
                wrap(explicit(1), &[&generalized_time(at)?, &reason])
            }
            Self::Unknown => wrap(implicit(2), &[]),
        }
    }

    pub(super) fn read(value: AnyRef<'_>) -> Result<Self, der::Error> {
        let tag = value.tag();
        if tag == implicit(0) {
            return Ok(Self::Good);
        }
        if tag == implicit(2) {
            return Ok(Self::Unknown);
        }
        let mut fields = Fields::inside(value, explicit(1))?;
        let at = fields.time()?;
        let reason = fields.optional(explicit(0))?.map(content).transpose()?;
        fields.finish()?;
        Ok(Self::Revoked { at, reason: reason.and_then(read_reason) })
    }
}

/// A `CRLReason`; `None` for numbers that mean nothing here.
pub(crate) fn read_reason(value: AnyRef<'_>) -> Option<RevocationReason> {
    let [code] = value.value() else { return None };
    RevocationReason::ALL.into_iter().find(|reason| reason.code() == *code)
}
