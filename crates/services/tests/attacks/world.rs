//! An ecosystem without a server: services, callers of each role, a car, and keys that can be held up.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use opnc_exi::iso2;
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::ids::{Emaid, Pcid, ProviderId, SessionId, Wmi};
use opnc_messages::{Base64Bytes, IsoVersion, Role, RootType};
use opnc_pki::contract::iso2::request_installation;
use opnc_pki::hierarchy::{Domain, Leaf};
use opnc_pki::key::{Algorithm, KeyStore, KeyStoreError, MemoryKeyStore, PublicKey, Signer};
use opnc_pki::{Certificate, Clock};
use opnc_services::caller::Owned;
use opnc_services::ecosystem::Policy;
use opnc_services::{Caller, Ecosystem, ServiceError, bootstrap, ccp, cps, pcp, rcp};
use opnc_store::Store;
use opnc_store::contracts::{self, Contract};
use opnc_test_util::{TestClock, TestDb, TestPki, generate_body, provisioning_body, root_body};
use uuid::Uuid;
use zeroize::Zeroizing;

pub(crate) const PCID: &str = "WAA00000000000001";
pub(crate) const EMAID: &str = "DEDDD000000001";
pub(crate) const BEGINS: &str = "2026-06-01T12:00:00Z";
pub(crate) const ENDS: &str = "2027-06-01T12:00:00Z";

/// An ecosystem with a published car.
pub(crate) struct World {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) clock: TestClock,
    pub(crate) gate: Arc<Gate>,
    pub(crate) v2g_root: Certificate,
    pub(crate) oem_pki: TestPki,
    pub(crate) car: Leaf,
    _database: TestDb,
}

/// A key store in which the next signature of the CPS waits to be let through.
pub(crate) struct Gate {
    keys: MemoryKeyStore,
    held: Mutex<Option<(Sender<()>, Receiver<()>)>>,
}

impl Gate {
    /// Holds up the next signature of the CPS; the receiver hears that it has come, the sender lets it through.
    pub(crate) fn hold(&self) -> (Receiver<()>, Sender<()>) {
        let ((come, comes), (go, goes)) = (channel(), channel());
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some((come, goes));
        (comes, go)
    }
}

impl KeyStore for Gate {
    fn generate(&self, id: &str, algorithm: Algorithm) -> Result<PublicKey, KeyStoreError> {
        self.keys.generate(id, algorithm)
    }

    fn public_key(&self, id: &str) -> Result<PublicKey, KeyStoreError> {
        self.keys.public_key(id)
    }

    fn sign(&self, id: &str, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        if id == "cps"
            && let Some((come, goes)) = self.held.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            come.send(()).unwrap();
            // Tells the runtime: it may be this thread that would have heard of answers of the database.
            tokio::task::block_in_place(|| goes.recv().unwrap());
        }
        self.keys.sign(id, message)
    }

    fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        self.keys.seal(name, secret)
    }

    fn unseal(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        self.keys.unseal(name, sealed)
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Policy { require_fingerprint: false, misses_per_minute: None, ..Policy::default() }).await
    }

    pub(crate) async fn with(policy: Policy) -> Self {
        let clock = TestClock::at("2026-06-01T12:00:00Z");
        let database = TestDb::new().await;
        let gate = Arc::new(Gate { keys: MemoryKeyStore::new(), held: Mutex::default() });
        let store = Store::open(&database.options()).await.unwrap();
        let keys: Arc<dyn KeyStore> = Arc::<Gate>::clone(&gate);
        let ecosystem = Ecosystem::new(store, keys, Arc::new(clock.clone()), [7; 32], [8; 32], policy);
        let v2g_root = bootstrap::found(&ecosystem, "Test", None).await.unwrap();
        let mut oem_pki = TestPki::new(Domain::Oem, "OEM A", clock.now());
        let car = oem_pki.leaf(PCID);
        let world = Self { ecosystem, clock, gate, v2g_root, oem_pki, car, _database: database };
        world.trust(&world.v2g_root, RootType::V2g).await;
        world.trust(world.oem_pki.root(), RootType::Oem).await;
        world.publish(&world.car).await.unwrap();
        world
    }

    pub(crate) async fn trust(&self, root: &Certificate, root_type: RootType) {
        rcp::put(&caller(Role::Admin), &self.ecosystem, root_body(root, root_type)).await.unwrap();
    }

    pub(crate) async fn publish(&self, car: &Leaf) -> Result<(), ServiceError> {
        pcp::add(&caller(Role::Oem), &self.ecosystem, provisioning_body(car)).await
    }

    /// The eMSP without a PKI has a contract made.
    pub(crate) async fn generate(&self, emaid: &str, pcid: &str) -> Result<(), ServiceError> {
        let body = generate_body(emaid, pcid, BEGINS, ENDS);
        cps::generate_and_sign(&caller(Role::EmspNoPki), &self.ecosystem, body).await
    }

    /// A car asks at a station of the CPO.
    pub(crate) async fn install(&self, car: &Leaf, roots: &[Certificate]) -> Result<Emaid, ServiceError> {
        let session = SessionId::parse("0102").unwrap();
        let signer = Signer::from(car.key.clone());
        let message = request_installation(&car.certificate, roots, &session, &signer).unwrap();
        let request = GetSignedContractDataReq {
            certificate_installation_req: Base64Bytes::from(iso2::encode(&message).unwrap()),
            iso_version: IsoVersion::Iso2,
            meta_data: None,
        };
        let answer = ccp::install(&caller(Role::Cpo), &self.ecosystem, request, false).await?;
        Ok(answer.signed_contract_data_collection[0].emaid.clone())
    }

    /// What is stored for an EMAID.
    pub(crate) async fn contracts(&self, emaid: &str) -> Vec<Contract> {
        let mut reader = self.ecosystem.store().read().await.unwrap();
        contracts::of_emaid(&mut reader, &Emaid::parse(emaid).unwrap()).await.unwrap()
    }
}

/// The caller of a role; OEMs own WAA, eMSPs own DEDDD.
pub(crate) fn caller(role: Role) -> Caller {
    let owned = Owned {
        wmis: vec![Wmi::parse("WAA").unwrap()],
        providers: vec![ProviderId::parse("DEDDD").unwrap()],
        ..Owned::default()
    };
    let party = Uuid::from_u128(role as u128 + 1);
    Caller {
        party,
        role,
        owned,
        acting: None,
        scopes: Vec::new(),
        trace: Uuid::nil(),
        operator: None,
        peer: None,
        reach: opnc_services::federation::Reach::default(),
    }
}

pub(crate) fn pcid(text: &str) -> Pcid {
    Pcid::parse(text).unwrap()
}
