//! Who plays: an operator, a carmaker, three mobility providers and two charge point operators, each with its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use opnc_client::Client;
use opnc_messages::Role;
use opnc_messages::ids::Emaid;
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_services::{bootstrap, parties};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::ecosystem::{self, Launched, Limits, PartySpec, Place, clock_of};
use crate::failure::Failure;
use crate::offset_clock::OffsetClock;

const ADMIN: PartySpec = PartySpec { name: "Operator", role: Role::Admin, ids: &[] };
const OEM_A: PartySpec = PartySpec { name: "OEM A", role: Role::Oem, ids: &["WAU"] };
const EMSP_C: PartySpec = PartySpec { name: "eMSP C", role: Role::EmspOwnPki, ids: &["DECCC"] };
const EMSP_D: PartySpec = PartySpec { name: "eMSP D", role: Role::EmspNoPki, ids: &["DEDDD"] };
const EMSP_F: PartySpec = PartySpec { name: "eMSP F", role: Role::EmspNoPki, ids: &["NLFFF"] };
const CPO_B: PartySpec = PartySpec { name: "CPO B", role: Role::Cpo, ids: &["DEBBB"] };
const CPO_E: PartySpec = PartySpec { name: "CPO E", role: Role::Cpo, ids: &["DEEEE"] };

/// The ecosystem and those who use it.
pub(crate) struct Cast {
    /// The ecosystem.
    pub(crate) launched: Launched,
    /// Whoever decides on roots.
    pub(crate) admin: Client,
    /// The carmaker's backend.
    pub(crate) oem_a: Client,
    /// A mobility provider with its own PKI.
    pub(crate) emsp_c: Client,
    /// A mobility provider without one.
    pub(crate) emsp_d: Client,
    /// Another one.
    pub(crate) emsp_f: Client,
    /// The backend of charging stations.
    pub(crate) cpo_b: Client,
    /// The backend of stations that are often without a network.
    pub(crate) cpo_e: Client,
    /// The V2G root of the ecosystem, under which the CPS signs.
    pub v2g_root: Certificate,
    /// The carmaker's PKI.
    pub(crate) oem_pki: Hierarchy,
    /// The first mobility provider's PKI.
    pub(crate) emsp_pki: Hierarchy,
    /// Serial numbers, initialisation vectors, PCIDs.
    pub(crate) rng: StdRng,
}

impl Cast {
    /// Starts the ecosystem in this directory and gives each party its credentials and PKI.
    ///
    /// # Errors
    /// When any of it cannot be made.
    pub(crate) async fn gather(directory: &Path) -> Result<Self, Failure> {
        let clock = Arc::new(OffsetClock::default());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let launched = ecosystem::launch(&Place::new(directory)?, listen, clock, &Limits::default()).await?;
        let v2g_root = bootstrap::found(&launched.ecosystem, "Open V2G", None).await.map_err(Failure::ecosystem)?;
        let mut rng = StdRng::from_rng(&mut rand::rng());
        let now = launched.clock.now();
        let oem_pki = Hierarchy::new(Domain::Oem, "OEM A", now, &mut rng).map_err(Failure::ecosystem)?;
        let emsp_pki = Hierarchy::new(Domain::Emsp, "eMSP C", now, &mut rng).map_err(Failure::ecosystem)?;
        Ok(Self {
            admin: enter(&launched, &ADMIN).await?,
            oem_a: enter(&launched, &OEM_A).await?,
            emsp_c: enter(&launched, &EMSP_C).await?,
            emsp_d: enter(&launched, &EMSP_D).await?,
            emsp_f: enter(&launched, &EMSP_F).await?,
            cpo_b: enter(&launched, &CPO_B).await?,
            cpo_e: enter(&launched, &CPO_E).await?,
            v2g_root,
            oem_pki,
            emsp_pki,
            rng,
            launched,
        })
    }

    /// The contract of the provider with its own PKI.
    pub(crate) fn contract_of_c(&self) -> Result<Emaid, Failure> {
        Emaid::parse("DE-CCC-C00000001").map_err(Failure::ecosystem)
    }

    /// The contract of the provider without one.
    pub(crate) fn contract_of_d(&self) -> Result<Emaid, Failure> {
        Emaid::parse("DE-DDD-C00000002").map_err(Failure::ecosystem)
    }
}

async fn enter(launched: &Launched, spec: &PartySpec) -> Result<Client, Failure> {
    let credentials = parties::add(&launched.operator(), &launched.ecosystem, spec.new_party(None)?)
        .await
        .map_err(Failure::ecosystem)?;
    ecosystem::client(&launched.running.base_url, &credentials, clock_of(&launched.clock))
}
