//! The Root Certificate Pool: the trust anchors of the ecosystem.

mod expiry;
mod foreign;

use opnc_messages::event::EventKind;
use opnc_messages::ids::{RootId, SerialNumber, SubjectKeyId};
use opnc_messages::operation::Operation;
use opnc_messages::rcp::{
    Ctl, GetRootCertificateRes, GetRootCertificatesRes, PageRequest, Pagination, RootCertificate, RootTypes,
};
use opnc_messages::{CertificateDer, RootType, texts};
use opnc_pki::certificate::{Certificate, attribute};
use opnc_pki::chain::{self, Warning};
use opnc_store::roots::{self, Root};
use opnc_store::{Reader, Tx};

use crate::approvals::{self, Asked, ChangeKind, Pending};
use crate::events::facts;
use crate::record::{self, Event};
use crate::trust::{canonical, lists, versions};
use crate::{Caller, Ecosystem, ServiceError};

pub use expiry::tell_expired;
pub use foreign::{Listed, everything};

/// The warning of a change that waits.
pub const WAITS: &str = "The change takes effect when another admin approves it";

/// Which roots, and how many of them at a time.
#[derive(Debug, Clone, Default)]
pub struct RootQuery {
    /// Only roots of this type.
    pub root_type: Option<RootType>,
    /// Only roots of our pool that are on this trust list (`rootCtlList`), whoever has named it.
    pub trust_list: Option<String>,
    /// One page of the list instead of all of it (P9).
    pub page: Option<PageRequest>,
}

/// A root as it now stands in the pool, and what is odd about its certificate.
#[derive(Debug, Clone)]
pub struct PutRoot {
    /// The root.
    pub root_certificate: RootCertificate,
    /// Peculiarities that are no reason to refuse it, in words.
    pub warnings: Vec<String>,
    /// Where another admin has to approve: the change that waits. The root is not in the pool then, or not changed.
    pub pending: Option<Pending>,
}

/// GetRootCertificates: the roots of our pool, and those of peers that the policy accepts for something. A peer hears of ours
/// alone: what others recognise, it hears from them.
///
/// # Errors
/// [`ServiceError::Invalid`] when there is no such trust list.
pub async fn list(
    caller: &Caller,
    ecosystem: &Ecosystem,
    query: RootQuery,
) -> Result<GetRootCertificatesRes, ServiceError> {
    let trust_list = query.trust_list.as_deref().map(canonical);
    if let Some(name) = &trust_list {
        lists::check_name(ecosystem, "rootCtlList", name).await?;
    }
    let mut reader = ecosystem.store().read().await?;
    // No list of ours is about a root that only peers have.
    let foreign = match trust_list {
        Some(_) => Vec::new(),
        None => foreign::accepted(&mut reader, caller, ecosystem).await?,
    };
    if trust_list.is_some() || !foreign.is_empty() {
        let mut own = roots::list(&mut reader, query.root_type, None).await?;
        own.retain(|root| trust_list.as_ref().is_none_or(|name| root.ctl_list.contains(name)));
        let mut all = own.iter().map(body).collect::<Result<Vec<_>, _>>()?;
        let is_wanted = |root: &RootCertificate| query.root_type.is_none_or(|one| root.root_types.contains(one));
        all.extend(foreign.into_iter().filter(is_wanted));
        let (roots, pagination) = match query.page {
            None => (all, None),
            Some(page) => {
                let (roots, pagination) = page.apply(all);
                (roots, Some(pagination))
            }
        };
        return Ok(GetRootCertificatesRes { root_certificate_collection: roots, pagination });
    }
    let rows = roots::list(&mut reader, query.root_type, query.page.map(page)).await?;
    let pagination = match query.page {
        None => None,
        Some(page) => {
            let total_items = roots::count(&mut reader, query.root_type).await?;
            let total_pages = total_items.div_ceil(page.page_size().max(1));
            Some(Pagination { page: page.page(), page_size: page.page_size(), total_pages, total_items })
        }
    };
    let roots = rows.iter().map(body).collect::<Result<_, _>>()?;
    Ok(GetRootCertificatesRes { root_certificate_collection: roots, pagination })
}

/// GetRootCertificate, by the pool's id or by fingerprint (P10).
///
/// # Errors
/// [`ServiceError::NotFound`] when no root has this id or fingerprint.
pub async fn get(caller: &Caller, ecosystem: &Ecosystem, id: &RootId) -> Result<GetRootCertificateRes, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let missing = match find(&mut reader, id).await {
        Ok(row) => return Ok(GetRootCertificateRes { root_certificate: body(&row)? }),
        Err(missing) => missing,
    };
    let is_it = |root: &RootCertificate| match id {
        RootId::Uuid(id) => root.root_certificate_id == Some(*id),
        RootId::Fingerprint(fingerprint) => root.fingerprint == Some(*fingerprint),
    };
    let foreign = foreign::accepted(&mut reader, caller, ecosystem).await?;
    let found = foreign.into_iter().find(is_it).ok_or(missing)?;
    Ok(GetRootCertificateRes { root_certificate: found })
}

/// PutRootCertificate: the operator adds a root, or changes the types and lists of one that is there. Where another admin
/// has to approve, the change waits.
///
/// # Errors
/// [`ServiceError::Invalid`] with every reason why this is not a root that can be trusted.
pub async fn put(caller: &Caller, ecosystem: &Ecosystem, request: RootCertificate) -> Result<PutRoot, ServiceError> {
    let (certificate, warnings) = check(ecosystem, &request)?;
    let row = Root {
        id: ecosystem.new_id(),
        fingerprint: certificate.fingerprint(),
        types: request.root_types.iter().collect(),
        ctl_list: request.root_ctl_list.iter().map(|ctl| ctl.as_str().to_owned()).collect(),
        der: certificate.der().to_vec(),
        certificate_revocation_list: request.certificate_revocation_list,
        cross_certificate_pair: request.cross_certificate_pair,
        labeled_uri: request.labeled_uri,
        not_after: certificate.not_after(),
        created_at: ecosystem.now(),
    };
    let row = &row;
    let asked = ecosystem
        .store()
        .run_tx("put root", |tx| {
            Box::pin(async move {
                let mut row = row.clone();
                lists::keep_foreign_names(tx, &mut row).await?;
                approvals::ask(tx, caller, ecosystem, ChangeKind::Put, &row).await
            })
        })
        .await?;
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    match asked {
        Asked::Done(kept) => Ok(PutRoot { root_certificate: body(&kept)?, warnings, pending: None }),
        Asked::Waits(change) => {
            warnings.push(format!("{WAITS} (change {}, until {:.0}).", change.root.id, change.expires_at));
            let mut root_certificate = body(&change.root)?;
            root_certificate.root_certificate_id = None;
            Ok(PutRoot { root_certificate, warnings, pending: Some(Pending::from(&change)) })
        }
    }
}

/// Puts a root into the pool, with its line in the audit log and its event.
pub(crate) async fn apply_put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    row: &Root,
) -> Result<Root, ServiceError> {
    let before = roots::by_fingerprint(tx, &row.fingerprint).await?;
    let put = roots::put(tx, row).await?;
    let kept = Root { id: put.id, ..row.clone() };
    versions::changed(tx, ecosystem, before.as_ref(), Some(&kept)).await?;
    record::note(tx, caller, ecosystem, Operation::PutRootCertificate, &kept.fingerprint.to_string()).await?;
    if put.created {
        record::tell(tx, caller, ecosystem, Event { kind: EventKind::RootAdded, payload: facts::of_root(&kept) })
            .await?;
    }
    Ok(kept)
}

/// DeleteRootCertificate: nothing new validates against the root from now on; what hangs below it stays. Where another
/// admin has to approve, the change that waits.
///
/// # Errors
/// [`ServiceError::NotFound`] when no root has this id or fingerprint.
pub async fn delete(caller: &Caller, ecosystem: &Ecosystem, id: &RootId) -> Result<Option<Pending>, ServiceError> {
    let asked = ecosystem.store().run_tx("delete root", |tx| {
        Box::pin(async move {
            let row = find(tx, id).await?;
            approvals::ask(tx, caller, ecosystem, ChangeKind::Delete, &row).await
        })
    });
    match asked.await? {
        Asked::Done(_) => Ok(None),
        Asked::Waits(change) => Ok(Some(Pending::from(&change))),
    }
}

/// Takes a root out of the pool, with its line in the audit log and its event.
pub(crate) async fn apply_delete(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    row: &Root,
) -> Result<(), ServiceError> {
    roots::delete(tx, row.id).await?;
    versions::changed(tx, ecosystem, Some(row), None).await?;
    record::note(tx, caller, ecosystem, Operation::DeleteRootCertificate, &row.fingerprint.to_string()).await?;
    record::tell(tx, caller, ecosystem, Event { kind: EventKind::RootRevoked, payload: facts::of_root(row) })
        .await
        .map(drop)
}

async fn find(reader: &mut Reader, id: &RootId) -> Result<Root, ServiceError> {
    let row = match id {
        RootId::Uuid(id) => roots::by_id(reader, *id).await?,
        RootId::Fingerprint(fingerprint) => roots::by_fingerprint(reader, fingerprint).await?,
    };
    row.ok_or_else(|| ServiceError::NotFound(texts::ROOT_NOT_FOUND.to_owned()))
}

/// Everything that must hold before a certificate becomes a trust anchor; all problems at once.
fn check(ecosystem: &Ecosystem, request: &RootCertificate) -> Result<(Certificate, Vec<Warning>), ServiceError> {
    let certificate = Certificate::from_der(request.ca_certificate.as_bytes()).map_err(|error| {
        ServiceError::Invalid(vec![texts::invalid_certificate("caCertificate"), format!("caCertificate : {error}")])
    })?;
    let mut problems = Vec::new();
    let warnings = match chain::check_root(&certificate, ecosystem.now()) {
        Ok(warnings) => warnings,
        Err(errors) => {
            problems.extend(errors.iter().map(|error| format!("caCertificate : {error}")));
            Vec::new()
        }
    };
    match &request.fingerprint {
        Some(confirmed) if *confirmed != certificate.fingerprint() => problems.push(format!(
            "fingerprint : the certificate's SHA-256 fingerprint is {}, not {confirmed}",
            certificate.fingerprint()
        )),
        None if ecosystem.policy().require_fingerprint => problems.push(
            "fingerprint : is required; confirm the root's SHA-256 fingerprint over a second channel and send it along"
                .to_owned(),
        ),
        _ => {}
    }
    if problems.is_empty() { Ok((certificate, warnings)) } else { Err(ServiceError::Invalid(problems)) }
}

/// A root as the API shows it: what is informative is read from the certificate (B8).
fn body(root: &Root) -> Result<RootCertificate, ServiceError> {
    let certificate = Certificate::from_der(&root.der).map_err(ServiceError::internal)?;
    let types =
        RootTypes::new(root.types.iter().copied()).ok_or_else(|| ServiceError::internal("a root without a type"))?;
    let subject = certificate.subject();
    let mut body = RootCertificate::new(CertificateDer::from(root.der.as_slice()), types);
    body.root_certificate_id = Some(root.id);
    body.root_ctl_list =
        Ctl::ALL.into_iter().filter(|ctl| root.ctl_list.iter().any(|name| name == ctl.as_str())).collect();
    body.distinguished_name = Some(subject.to_string());
    body.common_name = certificate.common_name().map(str::to_owned);
    body.organization_name = subject.first(attribute::ORGANIZATION).map(str::to_owned);
    body.root_authority_key_identifier = certificate.subject_key_id().map(SubjectKeyId::from_bytes);
    body.root_issuer_serial_number = Some(SerialNumber::from_bytes(certificate.serial()));
    body.valid_from = Some(certificate.not_before());
    body.valid_to = Some(certificate.not_after());
    body.certificate_revocation_list = root.certificate_revocation_list.clone();
    body.cross_certificate_pair = root.cross_certificate_pair.clone();
    body.labeled_uri = root.labeled_uri.clone();
    body.fingerprint = Some(root.fingerprint);
    Ok(body)
}

fn page(request: PageRequest) -> roots::Page {
    let number = |wanted: u64| u32::try_from(wanted).unwrap_or(u32::MAX);
    roots::Page { number: number(request.page()), size: number(request.page_size()) }
}
