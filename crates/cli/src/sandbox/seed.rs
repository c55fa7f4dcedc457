//! The first start: PKIs, parties, roots, cars and contracts, most of it through the public interface.

use jiff::SignedDuration;
use opnc_client::Client;
use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_services::{bootstrap, parties};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::identities::of;
use super::state::{Folder, Party, Root, State};
use super::{cars, pkis};
use crate::ecosystem::{self, Launched, PartySpec, clock_of, root_certificate};
use crate::failure::Failure;

const ADMIN: PartySpec = PartySpec { name: "Operator", role: Role::Admin, ids: &[] };
const OEM_A: PartySpec = PartySpec { name: "OEM A", role: Role::Oem, ids: &["WAU"] };
/// `DEH` is the WMI in the examples of the specification, so that they can be tried.
const OEM_B: PartySpec = PartySpec { name: "OEM B", role: Role::Oem, ids: &["WVW", "DEH"] };
/// `DEICE` is the provider in the examples of the specification.
const EMSP_C: PartySpec = PartySpec { name: "eMSP C", role: Role::EmspOwnPki, ids: &["DECCC", "DEICE"] };
const EMSP_D: PartySpec = PartySpec { name: "eMSP D", role: Role::EmspNoPki, ids: &["DEDDD"] };
const EMSP_E: PartySpec = PartySpec { name: "eMSP E", role: Role::EmspOwnPki, ids: &["FREEE"] };
const EMSP_F: PartySpec = PartySpec { name: "eMSP F", role: Role::EmspNoPki, ids: &["NLFFF"] };
const CPO_B: PartySpec = PartySpec { name: "CPO B", role: Role::Cpo, ids: &["DEBBB"] };
const CPS_X: PartySpec = PartySpec { name: "CPS X", role: Role::Cps, ids: &[] };

/// A CPS leaf lives for weeks; a sandbox should not end with it.
const CPS_DAYS: u32 = 4 * 365;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Makes everything of the ecosystem of this number, and tells what it made.
pub(crate) async fn seed(launched: &Launched, folder: &Folder, number: usize) -> Result<State, Failure> {
    let rng = &mut StdRng::from_rng(&mut rand::rng());
    let now = launched.clock.now();
    // Everything begins two days ago, so that there can be a contract that ended yesterday.
    launched.clock.set(now.saturating_sub(DAY.saturating_mul(2)).map_err(Failure::ecosystem)?);
    let mut state = State::default();

    let found = bootstrap::found(&launched.ecosystem, &organization(number), Some(CPS_DAYS)).await;
    let v2g_root = found.map_err(Failure::ecosystem)?;
    let admin = enter((launched, number), &ADMIN, None, &mut state).await?;
    let oem_a = enter((launched, number), &OEM_A, None, &mut state).await?;
    let oem_b = enter((launched, number), &OEM_B, None, &mut state).await?;
    let emsp_c = enter((launched, number), &EMSP_C, None, &mut state).await?;
    let emsp_d = enter((launched, number), &EMSP_D, None, &mut state).await?;
    enter((launched, number), &EMSP_E, None, &mut state).await?;
    let emsp_f = enter((launched, number), &EMSP_F, None, &mut state).await?;
    enter((launched, number), &CPO_B, None, &mut state).await?;
    enter((launched, number), &CPS_X, Some(&v2g_root), &mut state).await?;

    let pki_a = pkis::own(launched, folder, OEM_A.role, OEM_A.name, rng)?;
    let pki_b = pkis::own(launched, folder, OEM_B.role, OEM_B.name, rng)?;
    let pki_c = pkis::own(launched, folder, EMSP_C.role, EMSP_C.name, rng)?;
    let pki_e = pkis::own(launched, folder, EMSP_E.role, EMSP_E.name, rng)?;
    pkis::cps(launched, folder, &v2g_root, CPS_X.name, rng)?;
    trust(&admin, folder, &v2g_root, RootType::V2g, "v2g", &mut state).await?;
    for (pki, root_type, name) in [
        (&pki_a, RootType::Oem, "oem-a"),
        (&pki_b, RootType::Oem, "oem-b"),
        (&pki_c, RootType::Emsp, "emsp-c"),
        (&pki_e, RootType::Emsp, "emsp-e"),
    ] {
        trust(&admin, folder, pki.root.certificate(), root_type, name, &mut state).await?;
    }

    let mut built = Vec::new();
    for (oem, pcids) in [((&oem_a, &pki_a), &cars::OF_OEM_A[..]), ((&oem_b, &pki_b), &cars::OF_OEM_B[..])] {
        for pcid in pcids {
            let (car, vehicle) = cars::build(launched, folder, oem, &v2g_root, &of(number, pcid), rng).await?;
            built.push(car);
            state.vehicles.push(vehicle);
        }
    }
    // Not earlier: no contract may begin before the CA that issues it, and a second may have passed since the beginning.
    let began = launched.clock.now();
    // The first has none; then one contract, two, one that has ended, and one on a car of the other maker.
    if let [_, one, two, ended, _, _, other, ..] = built.as_slice() {
        cars::own((&emsp_c, &pki_c), &of(number, "DE-CCC-C00000002"), one, began, rng).await?;
        cars::own((&emsp_c, &pki_c), &of(number, "DE-CCC-C00000003"), two, began, rng).await?;
        cars::generated(&emsp_d, &of(number, "DE-DDD-C00000003"), two, (began, YEAR)).await?;
        cars::generated(&emsp_d, &of(number, "DE-DDD-C00000004"), ended, (began, DAY)).await?;
        cars::generated(&emsp_f, &of(number, "NL-FFF-C00000007"), other, (began, YEAR)).await?;
    }
    launched.clock.advance(DAY.saturating_mul(2));
    Ok(state)
}

/// Whose authorities they are.
pub(super) fn organization(number: usize) -> String {
    if number == 0 { "Open V2G Sandbox".to_owned() } else { format!("Open V2G Sandbox {}", number + 1) }
}

async fn enter(
    (launched, number): (&Launched, usize),
    spec: &PartySpec,
    cps_root: Option<&Certificate>,
    state: &mut State,
) -> Result<Client, Failure> {
    let cps = cps_root.map(|root| (root.fingerprint(), spec.name));
    let own: Vec<String> = spec.ids.iter().map(|id| of(number, id)).collect();
    let credentials = parties::add(&launched.operator(), &launched.ecosystem, spec.with_ids(&own, cps)?)
        .await
        .map_err(Failure::ecosystem)?;
    let ids = match cps_root {
        Some(root) => vec![root.fingerprint().to_string()],
        None => own,
    };
    state.parties.push(Party {
        name: spec.name.to_owned(),
        role: spec.role.as_str().to_owned(),
        ids,
        client_id: credentials.client_id.clone(),
        client_secret: credentials.client_secret.to_string(),
    });
    ecosystem::client(&launched.running.base_url, &credentials, clock_of(&launched.clock))
}

async fn trust(
    admin: &Client,
    folder: &Folder,
    root: &Certificate,
    root_type: RootType,
    name: &str,
    state: &mut State,
) -> Result<(), Failure> {
    admin.put_root_certificate(&root_certificate(root, root_type)?).await.map_err(Failure::ecosystem)?;
    let pem = format!("roots/{name}.pem");
    folder.write(&pem, root.to_pem().as_bytes())?;
    let types = vec![root_type.as_str().to_owned()];
    state.roots.push(Root { types, fingerprint: root.fingerprint().to_string(), pem });
    Ok(())
}
