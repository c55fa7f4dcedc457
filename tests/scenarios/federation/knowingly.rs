//! What an operator has to mean: a peer that speaks for a party of this ecosystem, or has a name that the policy trusts.

use opnc_messages::Role;
use opnc_pki::chain::Purpose;
use opnc_services::caller::Owned;
use opnc_services::ecosystem::Policy;
use opnc_services::peers::{self, Knowingly, NewPeer, PeerChange};
use opnc_services::trust::{TrustPolicy, note_policy, unknown_peers};
use opnc_services::{Ecosystem, ServiceError, parties};
use opnc_store::parties::PartyStatus;
use opnc_test_util::federation::{new_peer, operator};

use super::{owned, world};

const NOTHING: Knowingly = Knowingly { shares: false, is_trusted: false };
const SHARES: Knowingly = Knowingly { shares: true, is_trusted: false };
const TRUSTED: Knowingly = Knowingly { shares: false, is_trusted: true };

fn new(name: &str, members: Owned, knowingly: Knowingly) -> NewPeer {
    NewPeer { knowingly, ..new_peer(name, &format!("https://{}.example", name.to_lowercase()), members) }
}

async fn add(ecosystem: &Ecosystem, new: NewPeer) -> Result<(), ServiceError> {
    peers::add(&operator(ecosystem), ecosystem, new).await.map(drop)
}

fn said(refused: Result<(), ServiceError>) -> String {
    refused.expect_err("refused").to_string()
}

#[tokio::test]
async fn a_member_that_is_a_party_here() {
    let world = world(91, |_| {}).await;
    let ecosystem = &world.ecosystem.ecosystem;
    let admin = operator(ecosystem);
    let members = || owned(&["WAA", "WXX"], &[], &["DEXXX"]);
    let whose = world.ecosystem.party(Role::Oem).name.clone();
    let refused = said(add(ecosystem, new("Europe", members(), NOTHING)).await);
    for word in ["WMI WAA", &whose, "--shared-with-party"] {
        assert!(refused.contains(word), "{word}: {refused}");
    }
    assert!(!refused.contains("WXX") && !refused.contains("DEXXX"), "{refused}");
    assert!(peers::list(&admin, ecosystem).await.unwrap().is_empty());
    add(ecosystem, new("Europe", members(), SHARES)).await.unwrap();

    // Later members, by the verb of peers and by that of parties.
    add(ecosystem, new("Asia", owned(&["WYY"], &[], &[]), NOTHING)).await.unwrap();
    let more = |knowingly| {
        let wanted = owned(&["WAA"], &[], &[]);
        peers::change_members(&admin, ecosystem, "Asia", wanted, Owned::default(), knowingly)
    };
    assert!(said(more(NOTHING).await).contains(&whose));
    let by_party = parties::change(&admin, ecosystem, "Asia", owned(&["WAA"], &[], &[]), Owned::default()).await;
    assert!(said(by_party).contains("--shared-with-party"));
    more(SHARES).await.unwrap();
    // Another peer has it too: that is no party of ours.
    let asia = peers::find(&admin, ecosystem, "Asia").await.unwrap();
    assert_eq!(asia.party.owned.wmis.len(), 2);
}

#[tokio::test]
async fn a_name_that_the_policy_trusts_is_given_knowingly() {
    let world = world(92, |options| {
        let names = ["peer:Europe".to_owned()];
        options.policy.trust = TrustPolicy::default().with(Purpose::Contract, &names).with(Purpose::Cps, &names);
    })
    .await;
    let ecosystem = &world.ecosystem.ecosystem;
    let unknown = unknown_peers(ecosystem).await.unwrap();
    assert_eq!(unknown, [("Europe".to_owned(), vec!["contract", "cps"])], "a misspelt peer is one of these too");
    let refused = said(add(ecosystem, new("Europe", Owned::default(), NOTHING)).await);
    for word in ["peer:Europe", "contract, cps", "--trusted-by-policy"] {
        assert!(refused.contains(word), "{word}: {refused}");
    }
    add(ecosystem, new("America", Owned::default(), NOTHING)).await.unwrap();
    add(ecosystem, new("Europe", Owned::default(), TRUSTED)).await.unwrap();
    assert_eq!(unknown_peers(ecosystem).await.unwrap(), []);

    // Its name is no inheritance.
    peers::remove(&operator(ecosystem), ecosystem, "Europe").await.unwrap();
    assert!(said(add(ecosystem, new("Europe", Owned::default(), NOTHING)).await).contains("contract, cps"));

    // Nor where this process has been told of no such policy, and the servers have.
    note_policy(ecosystem).await.unwrap();
    let (store, seed) = (ecosystem.store().clone(), [93; 32]);
    let other = Ecosystem::new(store, ecosystem.keys(), ecosystem.clock(), seed, [8; 32], Policy::default());
    assert!(said(add(&other, new("Europe", Owned::default(), NOTHING)).await).contains("contract, cps"));
}

#[tokio::test]
async fn one_url_is_one_peer() {
    let world = world(93, |_| {}).await;
    let ecosystem = &world.ecosystem.ecosystem;
    let admin = operator(ecosystem);
    add(ecosystem, new("Europe", Owned::default(), NOTHING)).await.unwrap();
    let same = NewPeer { base_url: "https://Europe.example/".to_owned(), ..new("Asia", Owned::default(), NOTHING) };
    assert!(said(add(ecosystem, same).await).contains("\"Europe\""));
    add(ecosystem, new("Asia", Owned::default(), NOTHING)).await.unwrap();
    let to = |url: &str| PeerChange { base_url: Some(url.to_owned()), ..PeerChange::default() };
    let there = peers::change(&admin, ecosystem, "Asia", to("https://europe.example")).await.unwrap();
    assert_eq!(there, ["Europe"], "it is said, for two may change places");
    let there = peers::change(&admin, ecosystem, "Asia", to("https://asia.example")).await.unwrap();
    assert!(there.is_empty());
}

/// Changes at the same time: none writes back what another has changed.
#[tokio::test]
async fn changes_at_once_all_stay() {
    let world = world(94, |_| {}).await;
    let ecosystem = &world.ecosystem.ecosystem;
    let admin = operator(ecosystem);
    add(ecosystem, new("Europe", Owned::default(), NOTHING)).await.unwrap();
    for round in 0..20_u32 {
        let url = format!("https://{round}.example");
        let place = PeerChange { base_url: Some(url.clone()), ..PeerChange::default() };
        let limits = PeerChange { timeout_ms: Some(100 + round), ..PeerChange::default() };
        let calls = PeerChange { most_calls: Some(1 + round), ..PeerChange::default() };
        let all = tokio::join!(
            peers::change(&admin, ecosystem, "Europe", limits),
            peers::change(&admin, ecosystem, "Europe", place),
            peers::change(&admin, ecosystem, "Europe", calls),
        );
        assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok());
        let now = peers::find(&admin, ecosystem, "Europe").await.unwrap().peer;
        assert_eq!((now.base_url, now.timeout_ms, now.most_calls), (url, 100 + round, 1 + round));
    }
    assert!(peers::set_status(&admin, ecosystem, "Europe", PartyStatus::Disabled).await.unwrap());
    let nobody = peers::find(&admin, ecosystem, "Nobody").await.unwrap_err().to_string();
    assert!(nobody.contains("no peer") && !nobody.contains("party"), "{nobody}");
}
