//! The ecosystems of one sandbox as peers of each other, with the roots of all, and a car that has its contract abroad.

use opnc_client::Client;
use opnc_client::vehicle::Vehicle as Car;
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::ids::{Emaid, Fingerprint, OperatorId, Pcid, ProviderId, SessionId, Wmi};
use opnc_messages::{Base64Bytes, IsoVersion, RootType};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::key::SoftwareKey;
use opnc_services::caller::Owned;
use opnc_services::peers;
use opnc_store::parties::PartyStatus;

use super::identities::{MOST, name, of};
use super::state::{Folder, State};
use crate::certificates;
use crate::ecosystem::{self, Friend, Launched, befriend, clock_of, root_certificate};
use crate::failure::Failure;
use crate::input::Input;

/// The car of the first ecosystem that has its contract in the second.
pub(super) const ROAMING: &str = "WAUZZZ8V0KA000006";
/// Its request, which lists the V2G roots of all ecosystems, as a station posts it.
pub(super) const REQUEST: &str = "installation-req-roaming.json";
/// The contract, of the second ecosystem's provider without a PKI.
const CONTRACT: &str = "DE-DDD-C00000021";

/// One of the sandbox's ecosystems.
pub(crate) struct One {
    pub(crate) folder: Folder,
    pub(crate) state: State,
    pub(crate) launched: Launched,
}

/// Makes peers of all of them, where they are not, and tells them where they are this time. Peers that are not at work are
/// left alone.
pub(crate) async fn join(all: &[One]) -> Result<(), Failure> {
    let mut is_new = false;
    for (number, one) in all.iter().enumerate() {
        let known = peers::list(&one.launched.operator(), &one.launched.ecosystem).await.map_err(Failure::ecosystem)?;
        for other in 0..MOST {
            let found = known.iter().find(|peer| peer.party.party.name == name(other));
            match (found, all.get(other)) {
                (Some(_), there) => {
                    let base_url = there.map(|there| there.launched.running.base_url.clone());
                    meet_again(one, &name(other), base_url).await?;
                }
                (None, Some(there)) if other > number => {
                    befriend(&friend(number, one)?, &friend(other, there)?).await?;
                    exchange_roots(one, there).await?;
                    exchange_roots(there, one).await?;
                    is_new = true;
                }
                (None, _) => {}
            }
        }
    }
    match all {
        [first, second, ..] if is_new => roam(first, second, all).await,
        _ => Ok(()),
    }
}

async fn meet_again(one: &One, name: &str, base_url: Option<String>) -> Result<(), Failure> {
    let (caller, ecosystem) = (one.launched.operator(), &one.launched.ecosystem);
    let status = if base_url.is_some() { PartyStatus::Active } else { PartyStatus::Disabled };
    if base_url.is_some() {
        let change = peers::PeerChange { base_url, ..peers::PeerChange::default() };
        peers::change(&caller, ecosystem, name, change).await.map_err(Failure::ecosystem)?;
    }
    peers::set_status(&caller, ecosystem, name, status).await.map_err(Failure::ecosystem)?;
    Ok(())
}

fn friend(number: usize, one: &One) -> Result<Friend<'_>, Failure> {
    let mut members = Owned::default();
    for party in &one.state.parties {
        for id in &party.ids {
            match party.role.as_str() {
                "oem" => members.wmis.push(Wmi::parse(id).map_err(Failure::ecosystem)?),
                "emspOwnPki" | "emspNoPki" => {
                    members.providers.push(ProviderId::parse(id).map_err(Failure::ecosystem)?)
                }
                "cpo" => members.operators.push(OperatorId::parse(id).map_err(Failure::ecosystem)?),
                "cps" => members.roots.push(Fingerprint::parse(id).map_err(Failure::ecosystem)?),
                _ => {}
            }
        }
    }
    Ok(Friend { name: name(number), launched: &one.launched, members })
}

/// Puts the roots of one ecosystem into the pool of another, as its operator would after confirming them.
async fn exchange_roots(from: &One, to: &One) -> Result<(), Failure> {
    let admin = client(to, "Operator")?;
    for root in &from.state.roots {
        let certificate = first(&from.folder, &root.pem)?;
        for root_type in root.types.iter().filter_map(|name| RootType::parse(name)) {
            let body = root_certificate(&certificate, root_type)?;
            admin.put_root_certificate(&body).await.map_err(Failure::ecosystem)?;
        }
    }
    Ok(())
}

/// Gives a car of the first ecosystem a contract of the second, and leaves its request.
async fn roam(first_one: &One, second: &One, all: &[One]) -> Result<(), Failure> {
    let v2g_root = |one: &One| first(&one.folder, "roots/v2g.pem");
    let begins = second.launched.clock.now();
    let request = GenerateAndSignContractDataReq {
        contract_begins: begins,
        contract_ends: begins.checked_add(jiff::SignedDuration::from_hours(365 * 24)).map_err(Failure::ecosystem)?,
        emaid: Emaid::parse(&of(1, CONTRACT)).map_err(Failure::ecosystem)?,
        pcid: Pcid::parse(ROAMING).map_err(Failure::ecosystem)?,
        iso_version: IsoVersion::Iso2,
        subscription_url: None,
        // The car holds that root, which its maker has not said.
        cps_v2g_root_fingerprint: Some(v2g_root(second)?.fingerprint()),
        emsp_root_fingerprint: None,
        meta_data: None,
    };
    client(second, "eMSP D")?.generate_and_sign_contract_data(&request).await.map_err(Failure::ecosystem)?;

    let directory = format!("vehicles/{ROAMING}");
    let key = std::fs::read_to_string(first_one.folder.join(&format!("{directory}/key.pem")));
    let car = Car {
        pcid: request.pcid,
        chain: certificates(&first_one.folder, &format!("{directory}/chain.pem"))?,
        key: SoftwareKey::from_pkcs8_pem(&key.map_err(Failure::ecosystem)?).map_err(Failure::ecosystem)?,
        v2g_roots: all.iter().map(v2g_root).collect::<Result<_, _>>()?,
    };
    let session = SessionId::parse("3D4CBF93374ED89B").map_err(Failure::ecosystem)?;
    let exi = car.request_installation(&session).map_err(Failure::ecosystem)?;
    let body = GetSignedContractDataReq {
        certificate_installation_req: Base64Bytes::from(exi),
        iso_version: IsoVersion::Iso2,
        meta_data: None,
    };
    let body = serde_json::to_vec_pretty(&body).map_err(Failure::ecosystem)?;
    first_one.folder.write(&format!("{directory}/{REQUEST}"), &body)
}

fn client(one: &One, name: &str) -> Result<Client, Failure> {
    let party = one.state.parties.iter().find(|party| party.name == name);
    let party = party.ok_or_else(|| Failure::ecosystem(format!("the sandbox has no party {name}")))?;
    let (base_url, clock) = (&one.launched.running.base_url, clock_of(&one.launched.clock));
    ecosystem::client_of(base_url, &party.client_id, &party.client_secret, clock)
}

fn certificates(folder: &Folder, name: &str) -> Result<Vec<Certificate>, Failure> {
    certificates::read(&Input::from(folder.join(name).into_os_string()))
}

fn first(folder: &Folder, name: &str) -> Result<Certificate, Failure> {
    certificates(folder, name)?.into_iter().next().ok_or_else(|| Failure::ecosystem(format!("{name} is empty")))
}
