//! What an event is about, as it stands in the outbox: enough to find whom it concerns and to write every body from,
//! when the record itself has long been replaced or removed.

use opnc_messages::event::EventKind;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::{CertificateDer, IsoVersion, RootType};
use opnc_pki::certificate::{Attribute, Certificate, Name, attribute};
use opnc_store::contracts::Contract;
use opnc_store::outbox::OutboxEvent;
use opnc_store::roots::{self, Root};
use opnc_store::{Reader, Tx, peer_roots};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ServiceError;

const OF_PEER: &str = "ofPeer";

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facts {
    /// A root of the pool.
    Root(RootFacts),
    /// A contract: of a car, and of an eMSP.
    Contract(ContractFacts),
    /// An endpoint that is tested.
    Endpoint(Uuid),
}

/// A root certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RootFacts {
    pub(crate) id: Uuid,
    pub(crate) types: Vec<RootType>,
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) distinguished_name: String,
    pub(crate) common_name: String,
    pub(crate) serial: Option<String>,
    /// Whether it is the root of a peer, recognised here.
    pub(crate) of_peer: bool,
}

/// A contract and its car.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContractFacts {
    pub(crate) emaid: Emaid,
    pub(crate) pcid: Pcid,
    pub(crate) iso: IsoVersion,
    /// The contract certificate, base64 of its DER.
    pub(crate) certificate: Option<String>,
    pub(crate) certificate_fingerprint: Option<Fingerprint>,
    pub(crate) cps_root: Option<Fingerprint>,
    pub(crate) cps_root_name: Option<String>,
}

impl Facts {
    /// Reads what stands in the outbox.
    ///
    /// # Errors
    /// When it was not written by this program.
    pub(crate) fn of(event: &OutboxEvent) -> Result<(EventKind, Self), ServiceError> {
        let broken = || ServiceError::internal(format!("the event {} cannot be read", event.id));
        let kind = EventKind::parse(&event.kind).ok_or_else(broken)?;
        let read = || serde_json::from_str::<Value>(&event.payload).map_err(ServiceError::internal);
        let facts = match kind {
            EventKind::RootAdded | EventKind::RootExpired | EventKind::RootRevoked => root(&read()?).map(Self::Root),
            EventKind::Test => id(&read()?, "endpointId").map(Self::Endpoint),
            _ => contract(&event.payload).map(Self::Contract),
        };
        Ok((kind, facts.ok_or_else(broken)?))
    }

    /// What order is kept per, before it is hashed: the contract, else the root, else the endpoint.
    pub(super) fn stream(&self) -> String {
        match self {
            Self::Root(root) => format!("root {}", root.id),
            Self::Contract(contract) => contract.emaid.contract_key().to_owned(),
            Self::Endpoint(id) => format!("endpoint {id}"),
        }
    }
}

/// What the outbox keeps of a root.
pub(crate) fn of_root(root: &Root) -> Value {
    let certificate = Certificate::from_der(&root.der).ok();
    let subject = certificate.as_ref().map(Certificate::subject);
    json!({
        "rootCertificateId": root.id,
        "fingerprint": root.fingerprint,
        "rootTypes": root.types,
        "distinguishedName": subject.map(in_order),
        "commonName": certificate.as_ref().and_then(Certificate::common_name),
        "rootSerialNumber": certificate.as_ref().map(|certificate| hex::encode(certificate.serial())),
    })
}

/// What the outbox keeps of a root that is a peer's, and recognised here.
pub(crate) fn of_peer_root(root: &Root) -> Value {
    let mut facts = of_root(root);
    if let Some(members) = facts.as_object_mut() {
        members.insert(OF_PEER.to_owned(), Value::Bool(true));
    }
    facts
}

/// What the outbox keeps of a contract. The name of the root is looked up now: it may be gone at delivery.
pub(crate) async fn of_contract(tx: &mut Tx<'_>, contract: &Contract) -> Result<Value, ServiceError> {
    let name = root_name(tx, &contract.cps_root).await?;
    Ok(json!({
        "contractId": contract.id,
        "emaid": contract.emaid,
        "pcid": contract.pcid,
        "iso15118": contract.iso.as_str(),
        "cpsRoot": contract.cps_root,
        "cpsRootName": name,
        "contractCertificate": contract.leaf_fingerprint,
        "contractCert": CertificateDer::from(contract.leaf.as_slice()),
    }))
}

/// The common name of a root of the pool, or of one that a peer has.
async fn root_name(reader: &mut Reader, root: &Fingerprint) -> Result<Option<String>, ServiceError> {
    let der = match roots::by_fingerprint(reader, root).await? {
        Some(row) => Some(row.der),
        None => peer_roots::by_fingerprint(reader, root).await?.pop().map(|row| row.der),
    };
    let certificate = der.and_then(|der| Certificate::from_der(&der).ok());
    Ok(certificate.and_then(|certificate| certificate.common_name().map(str::to_owned)))
}

/// A name as the webhook file has it: common name, domain components, organisation, unit, country; others behind them.
fn in_order(name: &Name) -> String {
    let place = |attribute: &Attribute| match attribute.kind {
        attribute::COMMON_NAME => 0,
        attribute::DOMAIN_COMPONENT => 1,
        attribute::ORGANIZATION => 2,
        attribute::ORGANIZATIONAL_UNIT => 3,
        attribute::COUNTRY => 4,
        _ => 5,
    };
    let mut attributes = name.attributes().to_vec();
    attributes.sort_by_key(place);
    Name::new(attributes).map_or_else(|_| name.to_string(), |sorted| sorted.to_string())
}

fn root(payload: &Value) -> Option<RootFacts> {
    let types = payload.get("rootTypes")?.as_array()?.iter();
    Some(RootFacts {
        id: id(payload, "rootCertificateId")?,
        types: types.filter_map(|kind| RootType::parse(kind.as_str()?)).collect(),
        fingerprint: fingerprint(payload, "fingerprint"),
        distinguished_name: text(payload, "distinguishedName").unwrap_or_default().to_owned(),
        common_name: text(payload, "commonName").unwrap_or_default().to_owned(),
        serial: text(payload, "rootSerialNumber").map(str::to_owned),
        of_peer: payload.get(OF_PEER).and_then(Value::as_bool).unwrap_or_default(),
    })
}

/// What [`of_contract`] writes, as far as it is read: most events are about contracts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    emaid: String,
    pcid: String,
    iso15118: String,
    contract_cert: Option<String>,
    contract_certificate: Option<String>,
    cps_root: Option<String>,
    cps_root_name: Option<String>,
}

fn contract(payload: &str) -> Option<ContractFacts> {
    let kept: Kept = serde_json::from_str(payload).ok()?;
    let fingerprint = |text: Option<String>| Fingerprint::parse(&text?).ok();
    Some(ContractFacts {
        emaid: Emaid::parse(&kept.emaid).ok()?,
        pcid: Pcid::parse(&kept.pcid).ok()?,
        iso: IsoVersion::parse(&kept.iso15118)?,
        certificate: kept.contract_cert,
        certificate_fingerprint: fingerprint(kept.contract_certificate),
        cps_root: fingerprint(kept.cps_root),
        cps_root_name: kept.cps_root_name,
    })
}

fn text<'a>(payload: &'a Value, name: &str) -> Option<&'a str> {
    payload.get(name).and_then(Value::as_str)
}

fn id(payload: &Value, name: &str) -> Option<Uuid> {
    Uuid::try_parse(text(payload, name)?).ok()
}

fn fingerprint(payload: &Value, name: &str) -> Option<Fingerprint> {
    Fingerprint::parse(text(payload, name)?).ok()
}
