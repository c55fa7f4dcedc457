//! The next generation, ISO 15118-20: a car that speaks both, one that speaks nothing else and has three contracts, and
//! what it gets when it asks for two.

use jiff::SignedDuration;
use opnc_client::vehicle::{Installed, Vehicle, Vehicle20};
use opnc_client::{Client, InstallationOptions};
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::ids::{Emaid, SubjectKeyId};
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::{Base64Bytes, IsoVersion, RootType};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso20::{Asked, KeyIdForm};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::Algorithm;
use opnc_pki::profile;
use opnc_services::bootstrap;
use rand::RngExt;

use crate::demo::cast::Cast;
use crate::demo::story::{Outcome, Story};
use crate::ecosystem::{certificate_chain, own_contract, root_certificate};
use crate::failure::Failure;

const SESSION: [u8; 8] = [0x3d, 0x4c, 0xbf, 0x93, 0x37, 0x4e, 0xd8, 0x9b];
/// The contracts of the car with three of them; the first is its default. EMAIDs may be longer here.
const OF_D: &str = "DE-DDD-C000000020001";
const OF_C: &str = "DE-CCC-C00000021";
const OF_F: &str = "NL-FFF-C00000022";

/// The PKIs of the new generation.
pub(crate) struct NextGeneration {
    /// The V2G root, under which the CPS signs for it.
    pub(crate) v2g_root: Certificate,
    oem_pki: Hierarchy,
    emsp_pki: Hierarchy,
}

/// A request and one of its answers.
pub(crate) struct Installation20 {
    /// The car.
    pub(crate) car: Vehicle20,
    /// Its `CertificateInstallationReq`.
    pub(crate) request: Vec<u8>,
    /// The first `CertificateInstallationRes`.
    pub(crate) response: Vec<u8>,
}

/// The operator founds the authorities of the new generation and trusts three roots of it.
pub(crate) async fn roots(story: &mut Story, cast: &mut Cast) -> Result<NextGeneration, Failure> {
    let founded = bootstrap::found_iso20(&cast.launched.ecosystem, "Open V2G", None).await;
    let v2g_root = founded.map_err(Failure::ecosystem)?;
    let at = cast.launched.clock.now();
    let mut pki = |domain, name| {
        Hierarchy::new_in(domain, name, Algorithm::Secp521r1, at, &mut cast.rng).map_err(Failure::ecosystem)
    };
    let (oem_pki, emsp_pki) = (pki(Domain::Oem, "OEM A")?, pki(Domain::Emsp, "eMSP C")?);
    let mut outcome = Ok(((), "three roots with keys on secp521r1, beside those of ISO 15118-2".to_owned()));
    for (root, root_type) in [
        (&v2g_root, RootType::V2g),
        (oem_pki.root.certificate(), RootType::Oem),
        (emsp_pki.root.certificate(), RootType::Emsp),
    ] {
        if let Err(error) = cast.admin.put_root_certificate(&root_certificate(root, root_type)?).await {
            outcome = Err(error.to_string());
        }
    }
    story.step("Operator", "adds roots of the new generation to the RCP", outcome)?;
    Ok(NextGeneration { v2g_root, oem_pki, emsp_pki })
}

/// The car that is known already gets a provisioning certificate of the new generation as well, and both stay apart.
pub(crate) async fn both(
    story: &mut Story,
    cast: &mut Cast,
    next: &NextGeneration,
    old: &Vehicle,
) -> Result<(), Failure> {
    let new = build(cast, next, old.pcid.as_sent())?;
    let outcome = async {
        publish(cast, next, &new).await?;
        let mut leaves = Vec::new();
        for version in IsoVersion::ALL {
            let answer = cast.emsp_c.get_provisioning_certificate(&old.pcid, Some(version), None).await;
            let answer = answer.map_err(|error| error.to_string())?.provisioning_certificate;
            leaves.push(answer.provisioning_certificate_chain.certificate.into_bytes());
        }
        let expected = [&old.chain, &new.chain].map(|chain| chain.first().map(|leaf| leaf.der().to_vec()));
        if leaves.into_iter().map(Some).ne(expected) {
            return Err("the PCP mixes the generations up".to_owned());
        }
        Ok(((), format!("{} has a certificate for each; the PCP gives the one that is asked for", old.pcid)))
    };
    story.step("OEM A", "publishes the same car for ISO 15118-20, too", outcome.await)
}

/// A car that speaks nothing but the new generation.
pub(crate) async fn only(story: &mut Story, cast: &mut Cast, next: &NextGeneration) -> Result<Vehicle20, Failure> {
    let number: u32 = cast.rng.random_range(0..1_000_000);
    let car = build(cast, next, &format!("WAUZZZGE7RA{number:06}9"))?;
    let outcome = publish(cast, next, &car).await;
    story.step("OEM A", "publishes a car that speaks ISO 15118-20 alone", outcome)?;
    Ok(car)
}

/// Three providers give it a contract each.
pub(crate) async fn contracts(
    story: &mut Story,
    cast: &mut Cast,
    next: &NextGeneration,
    car: &Vehicle20,
) -> Result<(), Failure> {
    let leaf = leaf(car)?;
    let pcid = crate::ecosystem::pcid_of(leaf)?;
    let of_c = emaid(OF_C)?;
    let now = cast.launched.clock.now();
    let own = own_contract(&next.emsp_pki, &of_c, &pcid, leaf, now, &mut cast.rng)?;
    let outcome = async {
        generate(cast, &cast.emsp_d, OF_D, car).await?;
        cast.emsp_c.sign_contract_data(&own).await.map_err(|error| error.to_string())?;
        generate(cast, &cast.emsp_f, OF_F, car).await?;
        Ok(((), format!("{OF_D} and {OF_F} were made here, the key of {of_c} by its provider")))
    };
    let outcome = outcome.await;
    story.step("eMSP D, C and F", "give that car a contract each", outcome)
}

/// It asks for two, one of which it names, and is told how many more there are.
pub(crate) async fn install(story: &mut Story, cast: &Cast, car: Vehicle20) -> Result<Installation20, Failure> {
    let asked = Asked {
        session_id: SESSION,
        at: cast.launched.clock.now(),
        maximum: 2,
        prioritized_emaids: vec![emaid(OF_F)?.wire()],
    };
    let request = car.request_installation(&asked).map_err(Failure::ecosystem)?;
    let outcome = async {
        let body = GetSignedContractDataReq {
            certificate_installation_req: Base64Bytes::from(request.clone()),
            iso_version: IsoVersion::Iso20,
            meta_data: None,
        };
        let options = InstallationOptions::default();
        let answer = cast.cpo_b.get_signed_contract_data_by_certificate_installation_req(&body, options).await;
        let mut answers = answer.map_err(|error| error.to_string())?.signed_contract_data_collection;
        let mut told = Vec::new();
        for answer in &answers {
            let Installed { contract, remaining } = car
                .accept(answer.certificate_installation_res.as_bytes(), SESSION, cast.launched.clock.now())
                .map_err(|error| error.to_string())?;
            let signature = contract.key.sign_raw(b"challenge").map_err(|error| error.to_string())?;
            let leaf = contract.chain.first().ok_or("the contract has no certificate")?;
            leaf.public_key().verify_raw(b"challenge", &signature).map_err(|error| error.to_string())?;
            told.push((contract.emaid, remaining));
        }
        if told != [(emaid_of(OF_F)?, 2), (emaid_of(OF_D)?, 1)] {
            return Err(format!("the car got {told:?}"));
        }
        let first = answers.swap_remove(0).certificate_installation_res.into_bytes();
        let proved = format!(
            "first {OF_F}, which it named, then its default {OF_D}; 1 more is left. Digest, signatures, chains and keys \
             hold in both"
        );
        Ok((first, proved))
    };
    let response = story.step("The car", "asks for two contracts and checks both answers", outcome.await)?;
    Ok(Installation20 { car, request, response })
}

fn build(cast: &mut Cast, next: &NextGeneration, pcid: &str) -> Result<Vehicle20, Failure> {
    let now = cast.launched.clock.now();
    let leaf = next.oem_pki.leaf(&profile::PROVISIONING, pcid, now, &mut cast.rng).map_err(Failure::ecosystem)?;
    let v2g_roots = vec![next.v2g_root.clone()];
    Ok(Vehicle20 { chain: leaf.chain(), key: leaf.key, v2g_roots, key_id_form: KeyIdForm::default() })
}

async fn publish(cast: &Cast, next: &NextGeneration, car: &Vehicle20) -> Outcome<()> {
    let chain = certificate_chain(&car.chain).map_err(|error| error.to_string())?;
    let mut data = ProvisioningCertificateData::new(chain, IsoVersion::Iso20);
    data.v2g_root_key_ids = next.v2g_root.subject_key_id().map(SubjectKeyId::from_bytes).into_iter().collect();
    cast.oem_a.add_provisioning_certificate(&data).await.map_err(|error| error.to_string())?;
    let leaf = leaf(car).map_err(|error| error.to_string())?;
    let pcid = leaf.common_name().unwrap_or_default();
    Ok(((), format!("PCID {pcid}, a key on {}", leaf.public_key().algorithm())))
}

async fn generate(cast: &Cast, emsp: &Client, contract: &str, car: &Vehicle20) -> Result<(), String> {
    let now = cast.launched.clock.now();
    let leaf = leaf(car).map_err(|error| error.to_string())?;
    let request = GenerateAndSignContractDataReq {
        contract_begins: now,
        contract_ends: now.checked_add(SignedDuration::from_hours(24 * 365)).map_err(|error| error.to_string())?,
        emaid: emaid_of(contract)?,
        pcid: crate::ecosystem::pcid_of(leaf).map_err(|error| error.to_string())?,
        iso_version: IsoVersion::Iso20,
        subscription_url: None,
        cps_v2g_root_fingerprint: None,
        emsp_root_fingerprint: None,
        meta_data: None,
    };
    emsp.generate_and_sign_contract_data(&request).await.map_err(|error| error.to_string())
}

fn leaf(car: &Vehicle20) -> Result<&Certificate, Failure> {
    car.chain.first().ok_or_else(|| Failure::ecosystem("a car without a certificate"))
}

fn emaid(text: &str) -> Result<Emaid, Failure> {
    Emaid::parse(text).map_err(Failure::ecosystem)
}

fn emaid_of(text: &str) -> Result<Emaid, String> {
    Emaid::parse(text).map_err(|error| error.to_string())
}
