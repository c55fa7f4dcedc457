//! The V2G roots of the CPS that signed contract data: few, so that a contract has only the start of a fingerprint, in its row
//! and in its key, and the whole of it is stored once.
//!
//! What stands here never changes, and goes with none of the contracts that name it.

use opnc_messages::ids::Fingerprint;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// How many hexadecimal digits of a fingerprint a contract has. Who makes a second root with the same ones is refused.
const DIGITS: usize = 12;

statements! {
    GET = "SELECT id, fingerprint FROM cps_roots WHERE id = $1";
    PUT = "INSERT INTO cps_roots (id, fingerprint) VALUES ($1, $2)";
}

/// What a contract has of this root.
pub(crate) fn id(root: &Fingerprint) -> String {
    let mut id = root.to_string();
    id.truncate(DIGITS);
    id
}

/// What a contract has of this root, which is stored unless it is there.
pub(crate) async fn put(tx: &mut Tx<'_>, root: &Fingerprint) -> Result<String, StoreError> {
    let id = id(root);
    match tx.fetch_optional(&GET, [id.as_str().into()]).await? {
        None => {
            tx.execute(&PUT, [id.as_str().into(), root.into()]).await?;
        }
        Some(row) if row.fingerprint("fingerprint")? == *root => {}
        Some(row) => return Err(row.corrupt("fingerprint", "begins as another root does")),
    }
    Ok(id)
}

/// The root that a row with contract data names; the database is asked once.
pub(crate) async fn of(reader: &mut Reader, contract: &Row) -> Result<Fingerprint, StoreError> {
    let id = contract.text("cps_root")?;
    if let Some(root) = reader.known().cps_roots.get(&id) {
        return Ok(root);
    }
    let row = reader.fetch_optional(&GET, [id.as_str().into()]).await?;
    let root = row.ok_or_else(|| contract.corrupt("cps_root", "no such root is stored"))?.fingerprint("fingerprint")?;
    reader.known().cps_roots.keep(id, root);
    Ok(root)
}
