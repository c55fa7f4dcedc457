//! ISO 15118-20 in the sandbox: authorities on secp521r1 and Ed448, PKIs of an OEM and an eMSP, a car that speaks both generations, and one that speaks
//! the new one alone and has three contracts.
//!
//! Made after everything else, so that a directory of before gets it at its next start. Each step may have been done by a
//! start that was cut off: it is done again.

use jiff::SignedDuration;
use opnc_client::Client;
use opnc_client::vehicle::Vehicle20;
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::ids::{Emaid, Pcid, SubjectKeyId};
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::{Base64Bytes, IsoVersion, RootType};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso20::{Asked, KeyIdForm};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::Algorithm;
use opnc_pki::profile;
use opnc_services::bootstrap;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::identities::of;
use super::seed::organization;
use super::state::{Folder, Root, State, Vehicle};
use crate::ecosystem::{self, Launched, certificate_chain, clock_of, own_contract, root_certificate};
use crate::failure::Failure;

/// Has a provisioning certificate of ISO 15118-2 as well.
const BOTH: &str = "WAUZZZ8V0KA000001";
/// Has no other.
pub(super) const ALONE: &str = "WAUZZZGE7RA0000019";
const CPS_DAYS: u32 = 4 * 365;

/// Adds it to a sandbox that lacks it; whether it did.
pub(super) async fn complete(
    launched: &Launched,
    folder: &Folder,
    state: &mut State,
    number: usize,
) -> Result<bool, Failure> {
    if !state.vehicles20.is_empty() {
        return Ok(false);
    }
    let rng = &mut StdRng::from_rng(&mut rand::rng());
    let now = launched.clock.now();
    let found = bootstrap::found_iso20(&launched.ecosystem, &organization(number), Some(CPS_DAYS)).await;
    let v2g_root = found.map_err(Failure::ecosystem)?;
    let ed448 =
        bootstrap::found_for(&launched.ecosystem, Algorithm::Ed448, &organization(number), Some(CPS_DAYS)).await;
    let ed448_root = ed448.map_err(Failure::ecosystem)?;
    let oem_pki =
        Hierarchy::new_in(Domain::Oem, "OEM A", Algorithm::Secp521r1, now, rng).map_err(Failure::ecosystem)?;
    let emsp_pki =
        Hierarchy::new_in(Domain::Emsp, "eMSP C", Algorithm::Secp521r1, now, rng).map_err(Failure::ecosystem)?;
    let [admin, oem, emsp_c, emsp_d, emsp_f] = clients(launched, state)?;

    let mut roots = Vec::new();
    for (root, root_type, name) in [
        (&v2g_root, RootType::V2g, "v2g-20"),
        (&ed448_root, RootType::V2g, "v2g-ed448"),
        (oem_pki.root.certificate(), RootType::Oem, "oem-a-20"),
        (emsp_pki.root.certificate(), RootType::Emsp, "emsp-c-20"),
    ] {
        admin.put_root_certificate(&root_certificate(root, root_type)?).await.map_err(Failure::ecosystem)?;
        let pem = format!("roots/{name}.pem");
        folder.write(&pem, root.to_pem().as_bytes())?;
        let types = vec![root_type.as_str().to_owned()];
        roots.push(Root { types, fingerprint: root.fingerprint().to_string(), pem });
    }
    let alone_pcid = of(number, ALONE);
    let (_, both) = build(launched, folder, &oem, &oem_pki, &v2g_root, &of(number, BOTH), rng).await?;
    let (car, alone) = build(launched, folder, &oem, &oem_pki, &v2g_root, &alone_pcid, rng).await?;
    generated(launched, &emsp_d, &of(number, "DE-DDD-C00000011"), &alone_pcid).await?;
    let leaf = car.chain.first().ok_or_else(|| Failure::ecosystem("a car without a certificate"))?;
    let (emaid, pcid) = (emaid(&of(number, "DE-CCC-C00000012"))?, pcid(&alone_pcid)?);
    let own = own_contract(&emsp_pki, &emaid, &pcid, leaf, now, rng)?;
    emsp_c.sign_contract_data(&own).await.map_err(Failure::ecosystem)?;
    generated(launched, &emsp_f, &of(number, "NL-FFF-C00000013"), &alone_pcid).await?;
    state.roots.extend(roots);
    state.vehicles20 = vec![both, alone];
    Ok(true)
}

/// The parties that act, by their names.
fn clients(launched: &Launched, state: &State) -> Result<[Client; 5], Failure> {
    let client = |name: &str| {
        let party = state.parties.iter().find(|party| party.name == name);
        let party = party.ok_or_else(|| Failure::ecosystem(format!("the sandbox has no party {name}")))?;
        let clock = clock_of(&launched.clock);
        ecosystem::client_of(&launched.running.base_url, &party.client_id, &party.client_secret, clock)
    };
    Ok([client("Operator")?, client("OEM A")?, client("eMSP C")?, client("eMSP D")?, client("eMSP F")?])
}

/// Builds a car, publishes it, and leaves its chain, key and a ready request for two contracts in
/// `vehicles/PCID/iso20/`.
async fn build(
    launched: &Launched,
    folder: &Folder,
    oem: &Client,
    pki: &Hierarchy,
    v2g_root: &Certificate,
    pcid: &str,
    rng: &mut StdRng,
) -> Result<(Vehicle20, Vehicle), Failure> {
    let now = launched.clock.now();
    let leaf = pki.leaf(&profile::PROVISIONING, pcid, now, rng).map_err(Failure::ecosystem)?;
    let directory = format!("vehicles/{pcid}/iso20");
    let (chain, key) = (format!("{directory}/chain.pem"), format!("{directory}/key.pem"));
    folder.write(&chain, leaf.chain_pem().as_bytes())?;
    folder.write_private(&key, leaf.key_pem().map_err(Failure::ecosystem)?.as_bytes())?;
    let v2g_roots = vec![v2g_root.clone()];
    let car = Vehicle20 { chain: leaf.chain(), key: leaf.key, v2g_roots, key_id_form: KeyIdForm::default() };

    let mut data = ProvisioningCertificateData::new(certificate_chain(&car.chain)?, IsoVersion::Iso20);
    data.v2g_root_key_ids = v2g_root.subject_key_id().map(SubjectKeyId::from_bytes).into_iter().collect();
    oem.add_provisioning_certificate(&data).await.map_err(Failure::ecosystem)?;

    let session_id = [0x3d, 0x4c, 0xbf, 0x93, 0x37, 0x4e, 0xd8, 0x9b];
    let asked = Asked { session_id, at: now, maximum: 2, prioritized_emaids: Vec::new() };
    let exi = car.request_installation(&asked).map_err(Failure::ecosystem)?;
    folder.write(&format!("{directory}/installation-req.exi"), &exi)?;
    let body = GetSignedContractDataReq {
        certificate_installation_req: Base64Bytes::from(exi),
        iso_version: IsoVersion::Iso20,
        meta_data: None,
    };
    let body = serde_json::to_vec_pretty(&body).map_err(Failure::ecosystem)?;
    folder.write(&format!("{directory}/installation-req.json"), &body)?;
    Ok((car, Vehicle { pcid: pcid.to_owned(), chain, key }))
}

async fn generated(launched: &Launched, emsp: &Client, contract: &str, car: &str) -> Result<(), Failure> {
    let now = launched.clock.now();
    let request = GenerateAndSignContractDataReq {
        contract_begins: now,
        contract_ends: now.checked_add(SignedDuration::from_hours(365 * 24)).map_err(Failure::ecosystem)?,
        emaid: emaid(contract)?,
        pcid: pcid(car)?,
        iso_version: IsoVersion::Iso20,
        subscription_url: None,
        cps_v2g_root_fingerprint: None,
        emsp_root_fingerprint: None,
        meta_data: None,
    };
    emsp.generate_and_sign_contract_data(&request).await.map_err(Failure::ecosystem)
}

fn emaid(text: &str) -> Result<Emaid, Failure> {
    Emaid::parse(text).map_err(Failure::ecosystem)
}

fn pcid(text: &str) -> Result<Pcid, Failure> {
    Pcid::parse(text).map_err(Failure::ecosystem)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;

    use super::super::seed;
    use super::*;
    use crate::ecosystem::{Limits, Place};
    use crate::offset_clock::OffsetClock;

    async fn start(place: &Place) -> Launched {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        ecosystem::launch(place, anywhere, Arc::new(OffsetClock::starting_at(None)), &Limits::default()).await.unwrap()
    }

    #[tokio::test]
    async fn a_directory_of_iso_15118_2_alone_gets_the_rest_at_its_next_start() {
        let directory = tempfile::tempdir().unwrap();
        let (folder, place) = (Folder::take(directory.path()).unwrap(), Place::new(directory.path()).unwrap());
        let launched = start(&place).await;
        let before = seed::seed(&launched, &folder, 0).await.unwrap();
        assert!(!bootstrap::is_founded(&launched.ecosystem, IsoVersion::Iso20).await.unwrap());
        let mut kept = serde_json::to_value(&before).unwrap();
        kept.as_object_mut().unwrap().remove("vehicles20").unwrap();
        std::fs::write(folder.join("state.json"), kept.to_string()).unwrap();
        launched.end().await;

        let mut state = folder.state().unwrap().unwrap();
        let launched = start(&place).await;
        assert!(complete(&launched, &folder, &mut state, 0).await.unwrap());
        assert!(bootstrap::is_founded(&launched.ecosystem, IsoVersion::Iso20).await.unwrap());
        let pcids: Vec<_> = state.vehicles20.iter().map(|car| car.pcid.as_str()).collect();
        assert_eq!(pcids, [BOTH, ALONE]);
        assert_eq!((state.vehicles.len(), state.roots.len()), (before.vehicles.len(), before.roots.len() + 4));
        assert!(!complete(&launched, &folder, &mut state, 0).await.unwrap());
        launched.end().await;
    }
}
