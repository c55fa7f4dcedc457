//! What messages of one kind share: the certificates in them, and all else but what is each one's own.
//!
//! A frame never changes, and its id is a hash of it: it can be remembered whatever becomes of the transaction in which it
//! was read.

use aws_lc_rs::digest::{SHA256, digest};

use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// The first bytes of the SHA-256 of a layout and what is behind it in common.
pub(crate) type Id = [u8; 16];
/// The SHA-256 of `parts`: of messages with the same one, any two make a frame for all.
pub(crate) type Layout = [u8; 32];

/// What is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Which certificates stand where, as [`messages`](crate::tables::messages) notes it.
    pub(crate) parts: Vec<u8>,
    /// The dictionary of [`packed`](crate::packed).
    pub(crate) common: Vec<u8>,
}

statements! {
    OF_LAYOUT = "SELECT id, parts, common FROM contract_frames WHERE layout = $1";
    GET = "SELECT parts, common FROM contract_frames WHERE id = $1";
    PUT = "INSERT INTO contract_frames (id, layout, parts, common) VALUES ($1, $2, $3, $4)";
}

impl Frame {
    pub(crate) fn id(&self) -> Id {
        let hash = sha256(&[layout(&self.parts).as_slice(), &self.common].concat());
        let mut id = [0; 16];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        id
    }
}

pub(crate) fn layout(parts: &[u8]) -> Layout {
    sha256(parts)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.iter_mut().zip(digest(&SHA256, bytes).as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

/// The frame of a layout, with its id.
pub(crate) async fn of_layout(reader: &mut Reader, layout: &Layout) -> Result<Option<(Id, Frame)>, StoreError> {
    let Some(row) = reader.fetch_optional(&OF_LAYOUT, [Value::from(layout)]).await? else { return Ok(None) };
    let id = row.blob("id")?;
    let id = Id::try_from(id.as_slice()).map_err(|_| row.corrupt("id", "not 16 bytes"))?;
    Ok(Some((id, Frame { parts: row.blob("parts")?, common: row.blob("common")? })))
}

/// The frame with this id; the database is asked once.
pub(crate) async fn known(reader: &mut Reader, id: &Id) -> Result<Option<Frame>, StoreError> {
    if let Some(frame) = reader.known().frames.get(id) {
        return Ok(Some(frame));
    }
    let Some(row) = reader.fetch_optional(&GET, [Value::from(id.as_slice())]).await? else { return Ok(None) };
    let frame = Frame { parts: row.blob("parts")?, common: row.blob("common")? };
    reader.known().frames.keep(*id, frame.clone());
    Ok(Some(frame))
}

/// Stores the first frame of its layout.
pub(crate) async fn put(tx: &mut Tx<'_>, frame: &Frame) -> Result<Id, StoreError> {
    let id = frame.id();
    let layout = layout(&frame.parts);
    let values = [id.as_slice().into(), (&layout).into(), (&frame.parts).into(), (&frame.common).into()];
    tx.execute(&PUT, values).await?;
    Ok(id)
}
