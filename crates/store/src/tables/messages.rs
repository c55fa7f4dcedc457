//! How the message and the certificate of a contract are stored: without what others have too.
//!
//! The certificates of the CAs and of the CPS are the same in thousands of messages and are stored once. Of what remains, two
//! contracts with the same ones show what is shared besides (`frames`), and those that follow store only what is their own
//! (`packed`). The first of a kind, and what cannot be read back as it was, is stored as it is.

use opnc_messages::ids::Fingerprint;
use uuid::Uuid;

use crate::compact::{self, Part};
use crate::packed;
use crate::row::Row;
use crate::tables::certificates::{self, CaCertificate};
use crate::tables::contracts::Contract;
use crate::tables::frames::{self, Frame, sha256};
use crate::{Reader, StoreError, Tx};

/// In the four bytes that say at which bit a certificate begins: it is the contract's own, and no fingerprint follows.
const OWN: u32 = 1 << 31;
/// What stands before the id of a frame. To a program that knows no frames, a certificate that fits nowhere: an error.
const FRAMED: [u8; 4] = [0xff; 4];

/// The columns of a contract that this file is about, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The contract certificate; empty where it is packed into the message.
    pub(crate) leaf: Vec<u8>,
    /// Its fingerprint; empty where it can be had from the certificate.
    pub(crate) leaf_fingerprint: String,
    /// The party that stored it; empty where it is packed into the message.
    pub(crate) party_id: String,
    /// What is left of the message.
    pub(crate) message: Vec<u8>,
    /// For each certificate that was taken out: the bit where it begins, and its SHA-256 unless it is the contract's own; or
    /// the frame that tells it. `None`: nothing was.
    pub(crate) parts: Option<Vec<u8>>,
}

/// What was stored, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) leaf: Vec<u8>,
    pub(crate) leaf_fingerprint: Fingerprint,
    pub(crate) party_id: Uuid,
    /// What is left of the message.
    rest: Vec<u8>,
    parts: Vec<Noted>,
    /// Whether `parts` counts the bits of the rest, or of the whole message.
    framed: bool,
}

/// A certificate that was taken out of a message: where it begins, and its fingerprint unless it is the contract's own.
type Noted = (u32, Option<[u8; 32]>);

/// Takes out of a contract what others have too, and stores that.
pub(crate) async fn store(tx: &mut Tx<'_>, contract: &Contract) -> Result<Stored, StoreError> {
    let as_it_is = Stored {
        leaf: contract.leaf.clone(),
        leaf_fingerprint: contract.leaf_fingerprint.to_string(),
        party_id: contract.party_id.to_string(),
        message: contract.message.clone(),
        parts: None,
    };
    let (rest, parts) = compact::take_apart(&contract.message);
    // What cannot be read back as it was is not worth the room that is saved.
    if parts.is_empty() || compact::put_together(&rest, &parts).as_deref() != Some(&contract.message) {
        return Ok(as_it_is);
    }
    if let Some(packed) = pack(tx, contract, &rest, &parts).await? {
        return Ok(packed);
    }
    let Some(noted) = note(&parts, &contract.leaf) else { return Ok(as_it_is) };
    put_certificates(tx, &parts, &contract.leaf).await?;
    Ok(Stored { message: rest, parts: Some(noted), ..as_it_is })
}

/// The contract within the frame of its kind, which is made when this is the second one; `None` for the first.
async fn pack(tx: &mut Tx<'_>, contract: &Contract, rest: &[u8], parts: &[Part]) -> Result<Option<Stored>, StoreError> {
    let Some(noted) = note(&among_the_rest(parts), &contract.leaf) else { return Ok(None) };
    let Some(text) = text(contract, rest) else { return Ok(None) };
    if Fingerprint::from(sha256(&contract.leaf)) != contract.leaf_fingerprint {
        return Ok(None);
    }
    let layout = frames::layout(&noted);
    let (id, frame) = match frames::of_layout(tx, &layout).await? {
        Some(frame) => frame,
        None => {
            let key = contract.emaid.contract_key().to_owned();
            // Two messages of one contract share what is only its own.
            let Some((_, other)) =
                tx.known().texts.keep(layout, (key.clone(), text.clone())).filter(|(other, _)| *other != key)
            else {
                return Ok(None);
            };
            let frame = Frame { parts: noted, common: packed::common(&text, &other) };
            put_certificates(tx, parts, &contract.leaf).await?;
            (frames::put(tx, &frame).await?, frame)
        }
    };
    Ok(packed::pack(&text, &frame.common).map(|message| Stored {
        leaf: Vec::new(),
        leaf_fingerprint: String::new(),
        party_id: String::new(),
        message,
        parts: Some([FRAMED.as_slice(), &id].concat()),
    }))
}

/// What is packed: how long the rest of the message is, the party, the rest, and the certificate.
fn text(contract: &Contract, rest: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(rest.len()).ok()?;
    Some([length.to_be_bytes().as_slice(), contract.party_id.as_bytes(), rest, &contract.leaf].concat())
}

/// The same certificates, each at the bit of the rest where it stood: whatever the sizes of those before it.
fn among_the_rest(parts: &[Part]) -> Vec<Part> {
    let mut before = 0;
    let mut moved = parts.to_vec();
    for part in &mut moved {
        part.at = part.at.saturating_sub(before);
        before += part.der.len() * 8;
    }
    moved
}

fn note(parts: &[Part], own: &[u8]) -> Option<Vec<u8>> {
    let mut noted = Vec::new();
    for part in parts {
        // The last of all places is no place: FRAMED is not taken for one.
        let at = u32::try_from(part.at).ok().filter(|at| *at < OWN - 1)?;
        if part.der == own {
            noted.extend((at | OWN).to_be_bytes());
        } else {
            noted.extend(at.to_be_bytes());
            noted.extend(sha256(&part.der));
        }
    }
    Some(noted)
}

async fn put_certificates(tx: &mut Tx<'_>, parts: &[Part], own: &[u8]) -> Result<(), StoreError> {
    for part in parts.iter().filter(|part| part.der != own) {
        let certificate = CaCertificate { fingerprint: sha256(&part.der).into(), der: part.der.clone() };
        certificates::put(tx, &certificate).await?;
    }
    Ok(())
}

/// What was stored, all but its message put together.
pub(crate) async fn read(reader: &mut Reader, row: &Row) -> Result<Read, StoreError> {
    let message = row.blob("message")?;
    let noted = row.blob_or_null("message_parts")?.unwrap_or_default();
    let corrupt = |reason: &str| row.corrupt("message_parts", reason);
    let Some(id) = noted.strip_prefix(&FRAMED) else {
        let parts = noted_parts(&noted).ok_or_else(|| corrupt("it ends within a fingerprint"))?;
        return Ok(Read {
            leaf: row.blob("leaf")?,
            leaf_fingerprint: row.fingerprint("leaf_fingerprint")?,
            party_id: row.uuid("party_id")?,
            rest: message,
            parts,
            framed: false,
        });
    };
    let id = frames::Id::try_from(id).map_err(|_| corrupt("it names no frame"))?;
    let frame = frames::known(reader, &id).await?.ok_or_else(|| corrupt("the frame is missing"))?;
    let text = packed::unpack(&message, &frame.common).ok_or_else(|| corrupt("the message does not fit its frame"))?;
    let (party_id, rest, leaf) = split(&text).ok_or_else(|| corrupt("the message is cut"))?;
    let parts = noted_parts(&frame.parts).ok_or_else(|| corrupt("the frame ends within a fingerprint"))?;
    Ok(Read {
        leaf: leaf.to_vec(),
        leaf_fingerprint: sha256(leaf).into(),
        party_id,
        rest: rest.to_vec(),
        parts,
        framed: true,
    })
}

/// The message as it was.
pub(crate) async fn message(reader: &mut Reader, row: &Row, read: &Read) -> Result<Vec<u8>, StoreError> {
    let mut parts = Vec::with_capacity(read.parts.len());
    let mut before = 0;
    for (at, hash) in &read.parts {
        let der = match hash {
            None => read.leaf.clone(),
            Some(hash) => {
                let fingerprint = Fingerprint::from(*hash);
                certificates::known(reader, &fingerprint)
                    .await?
                    .ok_or_else(|| row.corrupt("message_parts", format!("the certificate {fingerprint} is missing")))?
            }
        };
        let size = der.len() * 8;
        parts.push(Part { at: usize::try_from(*at).unwrap_or(usize::MAX).saturating_add(before), der });
        before += if read.framed { size } else { 0 };
    }
    compact::put_together(&read.rest, &parts).ok_or_else(|| row.corrupt("message_parts", "the certificates do not fit"))
}

fn split(text: &[u8]) -> Option<(Uuid, &[u8], &[u8])> {
    let (length, text) = text.split_first_chunk::<2>()?;
    let (party, text) = text.split_first_chunk::<16>()?;
    let (rest, leaf) = text.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((Uuid::from_bytes(*party), rest, leaf))
}

fn noted_parts(mut noted: &[u8]) -> Option<Vec<Noted>> {
    let mut parts = Vec::new();
    while let Some((at, behind)) = noted.split_first_chunk::<4>() {
        let at = u32::from_be_bytes(*at);
        noted = behind;
        if at & OWN != 0 {
            parts.push((at & !OWN, None));
            continue;
        }
        let (hash, behind) = noted.split_first_chunk::<32>()?;
        noted = behind;
        parts.push((at, Some(*hash)));
    }
    Some(parts)
}
