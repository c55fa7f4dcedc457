//! Taking a list in: it is kept, and nothing is trusted by it yet.

use opnc_client::signed::KeySet;
use opnc_client::trust::TrustError;
use opnc_store::trust_lists::{self, TrustListRow};

use super::{Imported, format, who};
use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, record};

/// Keeps a list. `pinned` are the keys that came by another way, for a list that is new here, or whose keys are to be pinned
/// anew; without it, the keys that the present list of that name lets follow.
///
/// # Errors
/// [`ServiceError::Invalid`]: not genuine, not good now, or an earlier one than the list that is here.
pub async fn import(
    caller: &Caller,
    ecosystem: &Ecosystem,
    document: &[u8],
    pinned: Option<&KeySet>,
) -> Result<Imported, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let rows = trust_lists::list(&mut reader).await?;
    drop(reader);
    let (keys, format, list) = match pinned {
        Some(keys) => {
            let (format, list) = format::read(document, keys, ecosystem.now()).map_err(refused)?;
            (keys.clone(), format, list)
        }
        None => by_predecessor(ecosystem, document, &rows)?,
    };
    let next = list.successors().map_err(refused)?.unwrap_or_else(|| keys.clone());
    let row = TrustListRow {
        name: list.name.clone(),
        format: format.to_owned(),
        version: list.version,
        issuer: list.issuer.clone(),
        document: document.to_vec(),
        keys: format::keys_to_text(&keys, &next),
        issued: list.issued,
        expires: list.expires,
        imported_at: ecosystem.now(),
        imported_by: who(caller),
    };
    let kept = &row;
    let imported: Result<(), ServiceError> = ecosystem
        .store()
        .run_tx("import trust list", |tx| {
            Box::pin(async move {
                if let Some(there) = trust_lists::get(tx, &kept.name).await?
                    && is_earlier(kept, &there, pinned.is_some())
                {
                    return Err(refused(TrustError::Rollback { found: kept.version, kept: there.version }));
                }
                trust_lists::put(tx, kept).await?;
                record::note(tx, caller, ecosystem, "ImportTrustList", &kept.name).await
            })
        })
        .await;
    imported?;
    let marks = super::marks(&mut ecosystem.store().read().await?, &row.name).await?;
    Ok(Imported { row, list, marks })
}

/// Whether it is an earlier list than the one that is here. Versions of two issuers say nothing of each other, and so their
/// successor must be later in both respects; who pins its key says which one is to follow.
fn is_earlier(list: &TrustListRow, there: &TrustListRow, is_pinned: bool) -> bool {
    if list.issuer == there.issuer {
        return (list.version, list.issued) < (there.version, there.issued);
    }
    !is_pinned && (list.version < there.version || list.issued < there.issued)
}

/// The list by the keys of the one of its name that is here.
fn by_predecessor(
    ecosystem: &Ecosystem,
    document: &[u8],
    rows: &[TrustListRow],
) -> Result<(KeySet, &'static str, opnc_client::trust::TrustList), ServiceError> {
    let mut first = None;
    for row in rows {
        let keys = format::next_keys(row)?;
        match format::read(document, &keys, ecosystem.now()) {
            Ok((format, list)) if list.name == row.name => return Ok((keys, format, list)),
            Ok(_) => {}
            // Signed by a key of that list: then that is what is wrong with it.
            Err(error) if !matches!(error, TrustError::Signature(_)) => first = Some(error),
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    let unknown = || {
        let text =
            "No list is here yet whose keys could have signed this one: name the key that you got by another way.";
        ServiceError::invalid(text)
    };
    Err(first.map_or_else(unknown, refused))
}

fn refused(error: TrustError) -> ServiceError {
    ServiceError::invalid(format!("The trust list is refused: {error}."))
}
