//! A whole ecosystem: database, keys, parties, and a server on a loopback port.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use opnc_client::{Client, outbound};
use opnc_messages::event::EventName;
use opnc_messages::{Role, RootType};
use opnc_pki::Certificate;
use opnc_pki::key::MemoryKeyStore;
use opnc_server::{Running, ServerConfig, start};
use opnc_services::ecosystem::Policy;
use opnc_services::events::{DeliveryPolicy, Worker, secret};
use opnc_services::federation::FederationPolicy;
use opnc_services::parties::{self, NewParty};
use opnc_services::{Caller, Ecosystem, bootstrap};
use opnc_store::event_endpoints::{self, Endpoint, SignatureStyle};
use opnc_store::{Store, StoreError, StoreOptions};
use uuid::Uuid;

use crate::bodies::root_body;
use crate::calls::Calls;
use crate::{Snapshot, TestClock, TestDb, TestParty, party};

/// What a test may choose about its ecosystem.
#[derive(Debug)]
pub struct TestOptions {
    /// How the database is used; where it is is not to be chosen.
    pub store: StoreOptions,
    /// The server: a loopback port, no rate limits, and nothing delivered but by `TestEcosystem::deliver`.
    pub server: ServerConfig,
    /// The operator's decisions: fingerprints are optional, misses are not counted, receivers may be on this machine.
    pub policy: Policy,
    /// The clock of server and clients.
    pub clock: TestClock,
    /// Whether its data are in PostgreSQL; at first, as `$OPNC_TEST_ENGINE` says.
    pub postgres: bool,
    /// What ids and serial numbers begin from: ecosystems that meet have different ones.
    pub seed: u8,
}

/// An ecosystem that serves until it is dropped.
pub struct TestEcosystem {
    /// Its services.
    pub ecosystem: Ecosystem,
    /// Its clock.
    pub clock: TestClock,
    /// Its server.
    pub server: Running,
    /// Its parties: at least one of each role.
    pub parties: Vec<TestParty>,
    pub(crate) calls: Calls,
    /// Where its data are.
    pub database: TestDb,
}

impl Default for TestOptions {
    fn default() -> Self {
        let mut server = ServerConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        server.rate_limit = None;
        server.token_rate_limit = None;
        server.deliver_events = false;
        let delivery = DeliveryPolicy {
            allow_http: true,
            allow: vec!["127.0.0.0/8".parse().expect("a network")],
            timeout: Duration::from_millis(500),
            ..DeliveryPolicy::default()
        };
        let federation = FederationPolicy {
            outbound: outbound::Policy::anywhere(),
            misses_per_minute: None,
            ..FederationPolicy::default()
        };
        let policy =
            Policy { require_fingerprint: false, misses_per_minute: None, delivery, federation, ..Policy::default() };
        Self {
            store: StoreOptions::temporary(),
            server,
            policy,
            clock: TestClock::at("2026-06-01T12:00:00Z"),
            postgres: opnc_test_postgres::is_chosen(),
            seed: 7,
        }
    }
}

impl TestEcosystem {
    /// Starts one with parties and nothing else.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with other options.
    pub async fn start_with(choose: impl FnOnce(&mut TestOptions)) -> Self {
        let mut options = TestOptions::default();
        choose(&mut options);
        let database = TestDb::on(options.postgres).await;
        options.store.location = database.location();
        let store = Store::open(&options.store).await.expect("a database");
        let keys = Arc::new(MemoryKeyStore::new());
        let clock = Arc::new(options.clock.clone());
        let ecosystem = Ecosystem::new(store, keys, clock, [options.seed; 32], [8; 32], options.policy);
        let mut parties = Vec::new();
        for new in party::usual() {
            parties.push(add(&ecosystem, new).await);
        }
        let server = start(ecosystem.clone(), options.server).await.expect("a server");
        Self { ecosystem, clock: options.clock, server, parties, calls: Calls::new(), database }
    }

    /// Makes the ecosystem's own V2G root, CPS and eMSP CAs, and puts the root into the RCP. Gives back the root.
    pub async fn found(&self) -> Certificate {
        let root = bootstrap::found(&self.ecosystem, "Test", None).await.expect("authorities");
        self.trust(&root, RootType::V2g).await;
        root
    }

    /// Lets the operator put a root into the RCP.
    pub async fn trust(&self, root: &Certificate, root_type: RootType) {
        let put = self.client(Role::Admin).put_root_certificate(&root_body(root, root_type)).await;
        put.expect("the root is accepted");
    }

    /// Adds another party.
    pub async fn add_party(&mut self, new: NewParty) -> TestParty {
        let party = add(&self.ecosystem, new).await;
        self.parties.push(party.clone());
        party
    }

    /// The first party of a role.
    pub fn party(&self, role: Role) -> &TestParty {
        self.parties.iter().find(|party| party.role == role).expect("a party of each role")
    }

    /// The party with this name, for example `OEM B`.
    pub fn party_named(&self, name: &str) -> &TestParty {
        self.parties.iter().find(|party| party.name == name).expect("a party of this name")
    }

    /// A client of the first party of a role.
    pub fn client(&self, role: Role) -> Client {
        self.party(role).client(self.base_url(), &self.clock)
    }

    /// A client of the party with this name.
    pub fn client_named(&self, name: &str) -> Client {
        self.party_named(name).client(self.base_url(), &self.clock)
    }

    /// Adds an endpoint of a party, which hears of these events; its id.
    pub async fn endpoint(&self, party: &TestParty, url: &str, events: &[&str]) -> Uuid {
        let ecosystem = &self.ecosystem;
        let id = ecosystem.new_id();
        let (_, secret) = secret::new_secret(ecosystem, id).expect("a secret");
        let endpoint = &Endpoint {
            id,
            party_id: party.credentials.party,
            acting: None,
            url: url.to_owned(),
            description: None,
            metadata: None,
            enabled_events: events.iter().map(|name| EventName::parse(name).expect("an event")).collect(),
            wmis: Vec::new(),
            providers: Vec::new(),
            root_types: Vec::new(),
            enabled: true,
            secret,
            previous_secret: None,
            signature_style: SignatureStyle::Prefixed,
            identifiers_only: false,
            failing_since: None,
            parked_at: None,
            created_at: ecosystem.now(),
            updated_at: ecosystem.now(),
        };
        let add =
            ecosystem.store().run_tx::<_, StoreError, _>("test", |tx| Box::pin(event_endpoints::add(tx, endpoint)));
        add.await.expect("the endpoint is kept");
        id
    }

    /// Delivers the events whose time has come, as a worker does.
    pub async fn deliver(&self) {
        let mut worker = Worker::new(&self.ecosystem).expect("a worker");
        worker.settle().await.expect("the store works");
    }

    /// Everything that is in its database now.
    pub async fn snapshot(&self) -> Snapshot {
        self.database.snapshot().await
    }

    /// Where it is served.
    pub fn base_url(&self) -> &str {
        &self.server.base_url
    }
}

async fn add(ecosystem: &Ecosystem, new: NewParty) -> TestParty {
    let credentials =
        parties::add(&Caller::operator("test", ecosystem.new_id()), ecosystem, new.clone()).await.expect("a party");
    TestParty::new(new, credentials)
}
