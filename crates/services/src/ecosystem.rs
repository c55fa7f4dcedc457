//! One ecosystem: what its services share.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_pki::Clock;
use opnc_pki::contract::iso20::KeyIdForm;
use opnc_pki::issue::Authority;
use opnc_pki::key::KeyStore;
use opnc_store::Store;
use rand::rngs::StdRng;
use rand::{CryptoRng, Rng, SeedableRng};
use uuid::Uuid;

use crate::anchors::AnchorCache;
use crate::audit::Refusals;
use crate::est::{Issuers, Journal};
use crate::events::DeliveryPolicy;
use crate::federation::{Federation, FederationPolicy};
use crate::misses::MissLimit;
use crate::parties::PartyCache;
use crate::peers::PeersPolicy;
use crate::pseudonym::Pseudonyms;
use crate::retention::Retention;
use crate::revocation_check::{RevocationChecks, RevocationPolicy};
use crate::status::StatusCache;
use crate::trust::bundle::BundleCache;
use crate::trust::{Fetching, KnownCas, TrustPolicy};

/// What the services of one ecosystem share. Cheap to clone.
#[derive(Clone)]
pub struct Ecosystem {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    keys: Arc<dyn KeyStore>,
    clock: Arc<dyn Clock>,
    entropy: Mutex<StdRng>,
    last_id: Mutex<Uuid>,
    policy: Policy,
    pseudonyms: Pseudonyms,
    anchors: AnchorCache,
    parties: PartyCache,
    misses: MissLimit,
    refusals: Refusals,
    journal: Journal,
    issuers: Issuers,
    status: StatusCache,
    revocation_checks: RevocationChecks,
    known_cas: KnownCas,
    fetching: Fetching,
    bundles: BundleCache,
    federation: Federation,
}

/// What an operator decides about the services.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whether adding a root needs the fingerprint that was confirmed over a second channel (B17).
    pub require_fingerprint: bool,
    /// How many admins it takes to change the root pool: 1, or 2 for four eyes.
    pub root_approvals: u8,
    /// For how long a change of the root pool waits for the second admin.
    pub root_approval_lifetime: SignedDuration,
    /// How many unknown PCIDs and EMAIDs a caller may ask for within a minute; `None`: any number.
    pub misses_per_minute: Option<u32>,
    /// Whether EMAIDs and PCIDs stand in logs and audit rows as they are, instead of as keyed hashes.
    pub plain_identifiers: bool,
    /// How contract keys of ISO 15118-20 that are wrapped here name the contract certificate: cars must read the standard
    /// in the same way.
    pub key_id_form: KeyIdForm,
    /// How certificates of others are checked for revocation.
    pub revocation: RevocationPolicy,
    /// Whether CA certificates that are missing in a question about trust are fetched from where certificates say that they
    /// lie (AIA caIssuers).
    pub fetch_issuers: bool,
    /// Which trust lists count for what, and how long signed documents about trust are good.
    pub trust: TrustPolicy,
    /// How the pools of other ecosystems are asked.
    pub federation: FederationPolicy,
    /// How peers are kept up with, and what they are told of this ecosystem.
    pub peers: PeersPolicy,
    /// What is kept for how long.
    pub retention: Retention,
    /// How events are delivered.
    pub delivery: DeliveryPolicy,
    /// Where the state of certificates is told, written into every certificate that is issued: the base URL of the status
    /// listener. Without it they name nothing.
    pub status_url: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            require_fingerprint: true,
            root_approvals: 1,
            root_approval_lifetime: SignedDuration::from_hours(7 * 24),
            misses_per_minute: Some(60),
            plain_identifiers: false,
            trust: TrustPolicy::default(),
            federation: FederationPolicy::default(),
            peers: PeersPolicy::default(),
            retention: Retention::default(),
            revocation: RevocationPolicy::default(),
            delivery: DeliveryPolicy::default(),
            fetch_issuers: false,
            status_url: None,
            key_id_form: KeyIdForm::default(),
        }
    }
}

impl Ecosystem {
    /// An ecosystem over its store and keys.
    ///
    /// `seed` starts the generator of ids and serial numbers: random in production, fixed in tests.
    /// `pseudonym_key` makes the keyed hashes of personal identifiers.
    pub fn new(
        store: Store,
        keys: Arc<dyn KeyStore>,
        clock: Arc<dyn Clock>,
        seed: [u8; 32],
        pseudonym_key: [u8; 32],
        policy: Policy,
    ) -> Self {
        let pseudonyms = Pseudonyms::new(pseudonym_key, policy.plain_identifiers);
        let misses = MissLimit::new(policy.misses_per_minute, policy.federation.misses_per_minute);
        let inner = Inner {
            store,
            keys,
            clock,
            entropy: Mutex::new(StdRng::from_seed(seed)),
            last_id: Mutex::new(Uuid::nil()),
            policy,
            pseudonyms,
            anchors: AnchorCache::default(),
            parties: PartyCache::default(),
            misses,
            refusals: Refusals::default(),
            journal: Journal::default(),
            issuers: Issuers::default(),
            status: StatusCache::default(),
            revocation_checks: RevocationChecks::default(),
            known_cas: KnownCas::default(),
            fetching: Fetching::default(),
            bundles: BundleCache::default(),
            federation: Federation::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The keys of our authorities and of the token service.
    pub fn keys(&self) -> Arc<dyn KeyStore> {
        Arc::clone(&self.inner.keys)
    }

    /// The time of this decision.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The clock, for parts that outlive one decision.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    /// A generator of its own for one request, so that no lock is held while it works.
    pub fn rng(&self) -> impl CryptoRng + use<> {
        let mut entropy = self.inner.entropy.lock().unwrap_or_else(PoisonError::into_inner);
        StdRng::from_rng(&mut *entropy)
    }

    /// A new id that sorts behind all that were made before, also within a millisecond and when the clock goes back
    /// (UUID version 7): events are delivered in the order of their ids.
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let mut random = [0; 10];
        self.rng().fill_bytes(&mut random);
        let by_time =
            uuid::Builder::from_unix_timestamp_millis(now.as_millisecond().max(0).unsigned_abs(), &random).into_uuid();
        let mut last = self.inner.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        *last = by_time.max(Uuid::from_u128(last.as_u128().wrapping_add(1)));
        *last
    }

    /// The operator's decisions.
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// The names under which EMAIDs and PCIDs may be logged.
    pub fn pseudonyms(&self) -> &Pseudonyms {
        &self.inner.pseudonyms
    }

    pub(crate) fn anchors(&self) -> &AnchorCache {
        &self.inner.anchors
    }

    pub(crate) fn parties(&self) -> &PartyCache {
        &self.inner.parties
    }

    /// Does cryptographic work, and takes down how long it took under this name.
    pub(crate) fn timed<T>(&self, work: &'static str, run: impl FnOnce() -> T) -> T {
        let meter = self.store().meter();
        let began = meter.begin();
        let done = run();
        meter.took("opnc_crypto_duration_seconds", &[("work", work)], began);
        done
    }

    pub(crate) fn revocation_checks(&self) -> &RevocationChecks {
        &self.inner.revocation_checks
    }

    pub(crate) fn known_cas(&self) -> &KnownCas {
        &self.inner.known_cas
    }

    pub(crate) fn fetching(&self) -> &Fetching {
        &self.inner.fetching
    }

    pub(crate) fn bundles(&self) -> &BundleCache {
        &self.inner.bundles
    }

    pub(crate) fn federation(&self) -> &Federation {
        &self.inner.federation
    }

    pub(crate) fn status(&self) -> &StatusCache {
        &self.inner.status
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.inner.refusals
    }

    pub(crate) fn issuers(&self) -> &Issuers {
        &self.inner.issuers
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.inner.journal
    }

    /// The authority, writing into what it issues where the status of certificates is told, when that is configured.
    pub(crate) fn with_status(&self, authority: Authority) -> Authority {
        match &self.inner.policy.status_url {
            Some(base) => authority.with_status(base),
            None => authority,
        }
    }

    pub(crate) fn misses(&self) -> &MissLimit {
        &self.inner.misses
    }
}
