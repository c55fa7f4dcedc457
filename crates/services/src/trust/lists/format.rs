//! The formats of trust lists. A new one is a row in [`ADAPTERS`]: its name, and how a document of it becomes a [`TrustList`].

use jiff::Timestamp;
use opnc_client::signed::KeySet;
use opnc_client::trust::{TrustError, TrustList};
use opnc_store::trust_lists::TrustListRow;
use serde_json::{Value, json};

use crate::ServiceError;
use crate::trust::policy::canonical;

/// Reads a document that one of these keys has signed, and that is good at this time.
type Adapter = fn(&[u8], &KeySet, Timestamp) -> Result<TrustList, TrustError>;

/// Every format, the first that fits being taken. Those of the regional authorities have not been published yet.
const ADAPTERS: [(&str, Adapter); 1] = [("opnc-trust-list+jws", TrustList::verify)];

/// A document as a list, with the name of its format.
pub(super) fn read(document: &[u8], keys: &KeySet, at: Timestamp) -> Result<(&'static str, TrustList), TrustError> {
    let mut first = None;
    for (name, adapter) in ADAPTERS {
        match adapter(document, keys, at) {
            Ok(list) => return Ok((name, TrustList { name: canonical(&list.name), ..list })),
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    Err(first.unwrap_or_else(|| TrustError::Unreadable("no format fits".to_owned())))
}

/// The list of a row, whose dates are not looked at: they were good when it came.
pub(super) fn kept(row: &TrustListRow) -> Result<TrustList, ServiceError> {
    let keys = signed_with(row)?;
    read(&row.document, &keys, row.issued).map(|(_, list)| list).map_err(ServiceError::internal)
}

/// The keys of a list as a row has them: those that were trusted when it came, and those that may sign the next.
pub(super) fn keys_to_text(signed_with: &KeySet, next: &KeySet) -> String {
    json!({ "signedWith": signed_with.to_jwks(), "next": next.to_jwks() }).to_string()
}

fn signed_with(row: &TrustListRow) -> Result<KeySet, ServiceError> {
    keys(row, "signedWith")
}

/// The keys that may sign the successor of a list.
pub(super) fn next_keys(row: &TrustListRow) -> Result<KeySet, ServiceError> {
    keys(row, "next")
}

fn keys(row: &TrustListRow, name: &str) -> Result<KeySet, ServiceError> {
    let value: Value = serde_json::from_str(&row.keys).map_err(ServiceError::internal)?;
    KeySet::from_jwks(value.get(name).unwrap_or(&Value::Null)).map_err(ServiceError::internal)
}
