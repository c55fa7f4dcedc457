//! The ten cars, and the contracts of some of them.

use jiff::{SignedDuration, Timestamp};
use opnc_client::Client;
use opnc_client::vehicle::Vehicle as Car;
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::ids::{Emaid, Pcid, SessionId, SubjectKeyId};
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::{Base64Bytes, IsoVersion};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::hierarchy::Hierarchy;
use opnc_pki::profile;
use rand::CryptoRng;

use super::state::{Folder, Vehicle};
use crate::ecosystem::{Launched, certificate_chain, own_contract};
use crate::failure::Failure;

/// PCIDs of the cars of OEM A and of OEM B.
pub(crate) const OF_OEM_A: [&str; 6] = [
    "WAUZZZ8V0KA000001",
    "WAUZZZ8V0KA000002",
    "WAUZZZ8V0KA000003",
    "WAUZZZ8V0KA000004",
    "WAUZZZ8V0KA000005",
    "WAUZZZ8V0KA000006",
];
/// One with the optional eighteenth character.
pub(crate) const OF_OEM_B: [&str; 4] =
    ["WVWZZZ1JZXW000007", "WVWZZZ1JZXW000008", "WVWZZZ1JZXW000009", "WVWZZZ1JZXW0000100"];

/// Builds a car, publishes it, and leaves its chain, key and a ready request in `vehicles/PCID/`.
pub(crate) async fn build(
    launched: &Launched,
    folder: &Folder,
    (oem, pki): (&Client, &Hierarchy),
    v2g_root: &Certificate,
    pcid: &str,
    rng: &mut dyn CryptoRng,
) -> Result<(Car, Vehicle), Failure> {
    let pcid = Pcid::parse(pcid).map_err(Failure::ecosystem)?;
    let leaf =
        pki.leaf(&profile::PROVISIONING, pcid.as_sent(), launched.clock.now(), rng).map_err(Failure::ecosystem)?;
    let (chain_pem, key_pem) = (leaf.chain_pem(), leaf.key_pem().map_err(Failure::ecosystem)?);
    let car = Car { pcid, chain: leaf.chain(), key: leaf.key, v2g_roots: vec![v2g_root.clone()] };

    let mut data = ProvisioningCertificateData::new(certificate_chain(&car.chain)?, IsoVersion::Iso2);
    data.v2g_root_key_ids = v2g_root.subject_key_id().map(SubjectKeyId::from_bytes).into_iter().collect();
    oem.add_provisioning_certificate(&data).await.map_err(Failure::ecosystem)?;

    let directory = format!("vehicles/{}", car.pcid);
    let (chain, key) = (format!("{directory}/chain.pem"), format!("{directory}/key.pem"));
    folder.write(&chain, chain_pem.as_bytes())?;
    folder.write_private(&key, key_pem.as_bytes())?;
    leave_request(folder, &directory, &car)?;
    let vehicle = Vehicle { pcid: car.pcid.to_string(), chain, key };
    Ok((car, vehicle))
}

/// A signed `CertificateInstallationReq` as EXI, and as the body that a CPO posts.
fn leave_request(folder: &Folder, directory: &str, car: &Car) -> Result<(), Failure> {
    let session = SessionId::parse("3D4CBF93374ED89B").map_err(Failure::ecosystem)?;
    let exi = car.request_installation(&session).map_err(Failure::ecosystem)?;
    folder.write(&format!("{directory}/installation-req.exi"), &exi)?;
    let body = GetSignedContractDataReq {
        certificate_installation_req: Base64Bytes::from(exi),
        iso_version: IsoVersion::Iso2,
        meta_data: None,
    };
    let body = serde_json::to_vec_pretty(&body).map_err(Failure::ecosystem)?;
    folder.write(&format!("{directory}/installation-req.json"), &body)
}

/// Gives a car a contract of a provider without a PKI.
pub(crate) async fn generated(
    emsp: &Client,
    emaid: &str,
    car: &Car,
    (begins, lasting): (Timestamp, SignedDuration),
) -> Result<(), Failure> {
    let request = GenerateAndSignContractDataReq {
        contract_begins: begins,
        contract_ends: begins.checked_add(lasting).map_err(Failure::ecosystem)?,
        emaid: Emaid::parse(emaid).map_err(Failure::ecosystem)?,
        pcid: car.pcid.clone(),
        iso_version: IsoVersion::Iso2,
        subscription_url: None,
        cps_v2g_root_fingerprint: None,
        emsp_root_fingerprint: None,
        meta_data: None,
    };
    emsp.generate_and_sign_contract_data(&request).await.map_err(Failure::ecosystem)
}

/// Gives a car a contract of a provider with its own PKI.
pub(crate) async fn own(
    (emsp, pki): (&Client, &Hierarchy),
    emaid: &str,
    car: &Car,
    at: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<(), Failure> {
    let emaid = Emaid::parse(emaid).map_err(Failure::ecosystem)?;
    let leaf = car.chain.first().ok_or_else(|| Failure::ecosystem("a car without a certificate"))?;
    let request = own_contract(pki, &emaid, &car.pcid, leaf, at, rng)?;
    emsp.sign_contract_data(&request).await.map_err(Failure::ecosystem)?;
    Ok(())
}
