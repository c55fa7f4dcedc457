//! Three more ecosystems, each with its own V2G root: where the contract is, where the station stands, and one that lies.

use std::path::Path;

use opnc_client::Client;
use opnc_client::vehicle::Vehicle;
use opnc_messages::ids::{OperatorId, Pcid, ProviderId, Wmi};
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::{IsoVersion, Role, RootType};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::profile;
use opnc_services::caller::Owned;
use opnc_services::{bootstrap, parties};

use super::cast::Cast;
use crate::ecosystem::{self, Friend, Launched, PartySpec, befriend, certificate_chain, clock_of, root_certificate};
use crate::failure::Failure;

const ADMIN: PartySpec = PartySpec { name: "Operator", role: Role::Admin, ids: &[] };
const EMSP_G: PartySpec = PartySpec { name: "eMSP G", role: Role::EmspNoPki, ids: &["FRGGG"] };
const CPO_H: PartySpec = PartySpec { name: "CPO H", role: Role::Cpo, ids: &["USHHH"] };
const LIAR: PartySpec = PartySpec { name: "Somebody", role: Role::Oem, ids: &["WAU"] };

/// An ecosystem abroad.
pub(crate) struct Abroad {
    pub(crate) launched: Launched,
    pub(crate) admin: Client,
    /// The one party that acts there.
    pub(crate) party: Client,
    pub(crate) v2g_root: Certificate,
}

impl Abroad {
    /// Where the contract is.
    pub(crate) async fn with_provider(directory: &Path, cast: &Cast) -> Result<Self, Failure> {
        Self::begin(directory, cast, &EMSP_G, "Two").await
    }

    /// Where the station stands.
    pub(crate) async fn with_stations(directory: &Path, cast: &Cast) -> Result<Self, Failure> {
        Self::begin(directory, cast, &CPO_H, "Three").await
    }

    async fn begin(directory: &Path, cast: &Cast, spec: &PartySpec, name: &str) -> Result<Self, Failure> {
        // The clock of the story: what it does to one ecosystem happens to all.
        let clock = std::sync::Arc::clone(&cast.launched.clock);
        let launched = ecosystem::launch_beside(&directory.join(name), clock).await?;
        let v2g_root = bootstrap::found(&launched.ecosystem, name, None).await.map_err(Failure::ecosystem)?;
        let (admin, party) = (enter(&launched, &ADMIN).await?, enter(&launched, spec).await?);
        Ok(Self { launched, admin, party, v2g_root })
    }

    /// Puts roots into its pool, which its operator has confirmed.
    pub(crate) async fn trust(&self, roots: &[(&Certificate, RootType)]) -> Result<(), String> {
        trust(&self.admin, roots).await
    }
}

/// Puts roots into the pool of an operator.
pub(crate) async fn trust(admin: &Client, roots: &[(&Certificate, RootType)]) -> Result<(), String> {
    for (root, root_type) in roots {
        let body = root_certificate(root, *root_type).map_err(|error| error.to_string())?;
        admin.put_root_certificate(&body).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Makes the three of them peers: each speaks for its own party alone.
pub(crate) async fn make_peers(cast: &Cast, two: &Abroad, three: &Abroad) -> Result<(), Failure> {
    let wmi = Wmi::parse("WAU").map_err(Failure::ecosystem)?;
    let provider = ProviderId::parse("FRGGG").map_err(Failure::ecosystem)?;
    let operator = OperatorId::parse("USHHH").map_err(Failure::ecosystem)?;
    let of = |name: &str, launched, members| Friend { name: name.to_owned(), launched, members };
    let one = of("One", &cast.launched, Owned { wmis: vec![wmi], ..Owned::default() });
    let two = of("Two", &two.launched, Owned { providers: vec![provider], ..Owned::default() });
    let three = of("Three", &three.launched, Owned { operators: vec![operator], ..Owned::default() });
    befriend(&one, &two).await?;
    befriend(&one, &three).await?;
    befriend(&two, &three).await
}

/// An ecosystem that has published a car under a PCID of OEM A, with a PKI of its own that carries the maker's name. It is a
/// peer of the second, which believes that it speaks for that maker.
pub(crate) async fn liar(
    directory: &Path,
    cast: &mut Cast,
    two: &Abroad,
    pcid: &Pcid,
) -> Result<(Abroad, Vehicle), Failure> {
    let liar = Abroad::begin(directory, cast, &LIAR, "Liar").await?;
    let now = liar.launched.clock.now();
    let pki = Hierarchy::new(Domain::Oem, "OEM A", now, &mut cast.rng).map_err(Failure::ecosystem)?;
    let leaf = pki.leaf(&profile::PROVISIONING, pcid.as_sent(), now, &mut cast.rng).map_err(Failure::ecosystem)?;
    liar.trust(&[(pki.root.certificate(), RootType::Oem)]).await.map_err(Failure::Ecosystem)?;
    let car = Vehicle { pcid: pcid.clone(), chain: leaf.chain(), key: leaf.key, v2g_roots: Vec::new() };
    let data = ProvisioningCertificateData::new(certificate_chain(&car.chain)?, IsoVersion::Iso2);
    liar.party.add_provisioning_certificate(&data).await.map_err(Failure::ecosystem)?;
    let wmi = Wmi::parse("WAU").map_err(Failure::ecosystem)?;
    let provider = ProviderId::parse("FRGGG").map_err(Failure::ecosystem)?;
    let of = |name: &str, launched, members| Friend { name: name.to_owned(), launched, members };
    befriend(
        &of("Liar", &liar.launched, Owned { wmis: vec![wmi], ..Owned::default() }),
        &of("Two", &two.launched, Owned { providers: vec![provider], ..Owned::default() }),
    )
    .await?;
    Ok((liar, car))
}

async fn enter(launched: &Launched, spec: &PartySpec) -> Result<Client, Failure> {
    let new = spec.new_party(None)?;
    let credentials = parties::add(&launched.operator(), &launched.ecosystem, new).await.map_err(Failure::ecosystem)?;
    ecosystem::client(&launched.running.base_url, &credentials, clock_of(&launched.clock))
}
