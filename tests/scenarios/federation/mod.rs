//! Several ecosystems as one: a car of the first, its contract in the second, the station in the third.

mod access;
mod choice;
mod events;
mod hostile;
mod introductions;
mod knowingly;
mod limits;
mod roots;
mod story;

use opnc_messages::ids::{OperatorId, ProviderId, Wmi};
use opnc_messages::{Role, RootType};
use opnc_services::caller::Owned;
use opnc_services::parties::NewParty;
use opnc_test_util::federation::{Member, befriend};
use opnc_test_util::{TestOptions, World, vehicle};

/// A car of the first ecosystem.
const CAR: &str = "WAA00000000000001";
/// A contract of an eMSP of the second.
const CONTRACT: &str = "DEGGG000000001";

/// Three ecosystems, peers of each other, each with the roots of all.
struct Three {
    one: World,
    two: World,
    three: World,
}

fn owned(wmi: &[&str], providers: &[&str], operators: &[&str]) -> Owned {
    Owned {
        wmis: wmi.iter().map(|id| Wmi::parse(id).unwrap()).collect(),
        providers: providers.iter().map(|id| ProviderId::parse(id).unwrap()).collect(),
        operators: operators.iter().map(|id| OperatorId::parse(id).unwrap()).collect(),
        ..Owned::default()
    }
}

async fn world(seed: u8, choose: impl FnOnce(&mut TestOptions)) -> World {
    let mut world = World::begin_with(|options| {
        options.seed = seed;
        choose(options);
    })
    .await;
    let new = NewParty { name: "eMSP G".to_owned(), role: Role::EmspNoPki, owned: owned(&[], &["DEGGG"], &[]) };
    world.ecosystem.add_party(new).await;
    world
}

impl Three {
    async fn begin() -> Self {
        Self::begin_with(|_| {}).await
    }

    async fn begin_with(choose: impl Fn(&mut TestOptions)) -> Self {
        let (mut one, two, three) = (world(11, &choose).await, world(12, &choose).await, world(13, &choose).await);
        // Each has a CPO B; this one is known to be of the first.
        let new = NewParty { name: "CPO E".to_owned(), role: Role::Cpo, owned: owned(&[], &[], &["DECPE"]) };
        one.ecosystem.add_party(new).await;
        let all = [&one, &two, &three];
        for (at, here) in all.iter().enumerate() {
            for (from, there) in all.iter().enumerate().filter(|(from, _)| *from != at) {
                here.ecosystem.trust(&there.v2g_root, RootType::V2g).await;
                if from == 0 {
                    here.ecosystem.trust(there.oem.root(), RootType::Oem).await;
                }
            }
        }
        let first = Member { name: "One", ecosystem: &one.ecosystem, members: owned(&["WAA"], &[], &["DECPE"]) };
        let second = Member { name: "Two", ecosystem: &two.ecosystem, members: owned(&[], &["DEGGG"], &[]) };
        let third = Member { name: "Three", ecosystem: &three.ecosystem, members: owned(&[], &[], &["DECPB"]) };
        befriend(&first, &second).await;
        befriend(&first, &third).await;
        befriend(&second, &third).await;
        Self { one, two, three }
    }

    /// A published car of the first, which holds all three V2G roots.
    async fn car(&mut self, pcid: &str) -> opnc_test_util::Car {
        let mut car = self.one.car(pcid).await;
        let roots = [&self.one, &self.two, &self.three].map(|world| world.v2g_root.clone());
        car.vehicle = vehicle(&car.leaf, &roots);
        car
    }

    /// Lets the eMSP of the second make a contract for a car.
    async fn contract(&self, emaid: &str, pcid: &str) {
        let body = opnc_test_util::generate_body(emaid, pcid, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
        let body = serde_json::to_value(&body).unwrap();
        let path = "/opnc/v1/cps/contractData/generateandsign";
        let made = self.two.ecosystem.call_named("eMSP G", "PUT", path, Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
}
