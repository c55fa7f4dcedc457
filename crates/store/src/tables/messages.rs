//! How the message of a contract is stored: without the certificates in it, each of which is stored once.
//!
//! The contract's own certificate is in its row already; the others are those of the CAs and of the CPS, the same in
//! thousands of messages.

use aws_lc_rs::digest::{SHA256, digest};
use opnc_messages::ids::Fingerprint;

use crate::compact::{self, Part};
use crate::tables::certificates::{self, CaCertificate};
use crate::{Reader, StoreError, Tx};

/// In the four bytes that say at which bit a certificate begins: it is the contract's own, and no fingerprint follows.
const OWN: u32 = 1 << 31;

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// What is left of it.
    pub(crate) rest: Vec<u8>,
    /// For each certificate that was taken out: the bit where it begins, and its SHA-256 unless it is the contract's own.
    /// `None`: nothing was.
    pub(crate) parts: Option<Vec<u8>>,
}

/// Takes the certificates out of a message, and stores those that are not `own`.
pub(crate) async fn store(tx: &mut Tx<'_>, message: &[u8], own: &[u8]) -> Result<Stored, StoreError> {
    let whole = Stored { rest: message.to_vec(), parts: None };
    let (rest, parts) = compact::take_apart(message);
    // What cannot be read back as it was is not worth the room that is saved.
    if parts.is_empty() || compact::put_together(&rest, &parts).as_deref() != Some(message) {
        return Ok(whole);
    }
    let mut noted = Vec::new();
    for part in &parts {
        let Some(at) = u32::try_from(part.at).ok().filter(|at| at & OWN == 0) else { return Ok(whole) };
        if part.der == own {
            noted.extend((at | OWN).to_be_bytes());
            continue;
        }
        let hash = fingerprint(&part.der);
        noted.extend(at.to_be_bytes());
        noted.extend(hash);
        let certificate = CaCertificate { fingerprint: Fingerprint::from(hash), der: part.der.clone() };
        certificates::put(tx, &certificate).await?;
    }
    Ok(Stored { rest, parts: Some(noted) })
}

/// The message as it was. `statement` read it, and stands in errors.
pub(crate) async fn read(
    reader: &mut Reader,
    statement: &'static str,
    stored: Stored,
    own: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let Stored { rest, parts: Some(noted) } = stored else { return Ok(stored.rest) };
    let corrupt = |reason: String| StoreError::Corrupt { statement, column: "message_parts", reason };
    let mut parts = Vec::new();
    let mut noted = noted.as_slice();
    while let Some((at, behind)) = noted.split_first_chunk::<4>() {
        let at = u32::from_be_bytes(*at);
        noted = behind;
        if at & OWN != 0 {
            parts.push(Part { at: place(at & !OWN), der: own.to_vec() });
            continue;
        }
        let Some((hash, behind)) = noted.split_first_chunk::<32>() else {
            return Err(corrupt("it ends within a fingerprint".to_owned()));
        };
        noted = behind;
        let fingerprint = Fingerprint::from(*hash);
        let Some(der) = certificates::known(reader, &fingerprint).await? else {
            return Err(corrupt(format!("the certificate {fingerprint} is missing")));
        };
        parts.push(Part { at: place(at), der });
    }
    compact::put_together(&rest, &parts).ok_or_else(|| corrupt("the certificates do not fit".to_owned()))
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn fingerprint(der: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.iter_mut().zip(digest(&SHA256, der).as_ref()).for_each(|(to, from)| *to = *from);
    hash
}
