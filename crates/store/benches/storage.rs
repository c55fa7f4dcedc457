//! How much room a contract takes, and how long a look-up takes among 10,000 and among 1,000,000 cars: on SQLite, and on
//! PostgreSQL where `OPNC_TEST_POSTGRES` names a server, in one run.
//!
//! Contracts are real ones, as `generateandsign` makes them for ISO 15118-2: each with keys, certificate and signatures of
//! its own, below the same CAs and signed by the same CPS, stored by the store itself, in no order of their numbers. The room
//! is what the engine says of the tables with their indexes, half-filled pages included. Cars beyond the first 10,000 are
//! rows copied by the engine. Look-ups are one after the other, each for another car. Run it with
//! `cargo bench -p opnc-store --bench storage`; `OPNC_BENCH_CARS` is how many cars there are in the end.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::IsoVersion;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_pki::Certificate;
use opnc_pki::contract::iso2;
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::Signer;
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use opnc_store::certificates::CaCertificate;
use opnc_store::contracts::{self, Contract};
use opnc_store::provisioning::{self, Provisioning};
use opnc_store::{Store, StoreError, StoreOptions};
use opnc_test_postgres::Database;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use uuid::Uuid;

const CONTRACTS: u32 = 10_000;
/// Contracts in one transaction.
const BATCH: u32 = 500;
/// The tables of which every contract has a row.
const TABLES: [&str; 3] = ["contracts", "emaids", "default_contracts"];
const LOOK_UPS: u32 = 5_000;
const ROUNDS: usize = 3;

enum Place {
    Sqlite(tempfile::TempDir),
    Postgres(Database),
}

fn main() {
    let cars = std::env::var("OPNC_BENCH_CARS").map_or(1_000_000, |cars| cars.parse().expect("a number"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        measure("SQLite", Place::Sqlite(tempfile::tempdir().unwrap()), cars).await;
        match Database::migrated().await {
            Some(database) => measure("PostgreSQL", Place::Postgres(database), cars).await,
            None => println!("PostgreSQL: OPNC_TEST_POSTGRES names no server"),
        }
    });
}

async fn measure(engine: &str, place: Place, cars: u32) {
    let options = match &place {
        Place::Sqlite(folder) => StoreOptions::file(file(folder.path())),
        Place::Postgres(database) => StoreOptions::postgres(database.url()),
    };
    let store = Store::open(&options).await.unwrap();
    let mut issuer = Issuer::new();
    let (mut stored, mut bytes) = (Duration::ZERO, 0);
    for batch in 0..CONTRACTS / BATCH {
        let numbers = (batch * BATCH..(batch + 1) * BATCH).map(|number| scattered(number, CONTRACTS));
        let rows: Vec<_> = numbers.map(|number| issuer.contract(number)).collect();
        bytes += rows.iter().map(|(_, contract)| contract.message.len()).sum::<usize>();
        let begin = Instant::now();
        fill(&store, &rows).await;
        stored += begin.elapsed();
    }
    let (stored, message) = (stored.as_secs_f64(), bytes as f64 / f64::from(CONTRACTS));
    place.settle().await;
    let mut all = 0.0;
    for table in TABLES {
        let bytes = place.size(table).await as f64 / f64::from(CONTRACTS);
        println!("{engine:<11} {table:<18} {bytes:>6.0} bytes for each contract");
        all += bytes;
    }
    for (what, bytes) in place.parts().await {
        println!("{engine:<11}   of it {what:<34} {:>6.0}", bytes as f64 / f64::from(CONTRACTS));
    }
    let ratio = all / message;
    println!("{engine:<11} together           {all:>6.0} bytes for a message of {message:.0}: {ratio:.2} of it");
    let one_car = place.size("provisioning").await as f64 / f64::from(CONTRACTS);
    println!("{engine:<11} a car              {one_car:>6.0} bytes; {CONTRACTS} cars with contracts in {stored:.1} s");

    let few = look_ups(&store, CONTRACTS).await;
    place.copy_cars(CONTRACTS, cars).await;
    place.settle().await;
    let many = look_ups(&store, cars).await;
    for (what, few, many) in [("a car", few.0, many.0), ("its contracts", few.1, many.1)] {
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!(
            "{engine:<11} look up {what:<13} {few:>9.1?} among {CONTRACTS}, {many:>9.1?} among {cars}: {ratio:.2}"
        );
    }
    store.close().await;
}

fn file(folder: &Path) -> PathBuf {
    folder.join("bench.db")
}

impl Place {
    /// Lets the engine bring its files and its knowledge of them up to date.
    async fn settle(&self) {
        self.run("ANALYZE").await;
        match self {
            Self::Sqlite(_) => self.run("PRAGMA wal_checkpoint(TRUNCATE)").await,
            Self::Postgres(_) => self.run("CHECKPOINT").await,
        }
    }

    /// Rows like that of the first car, with other PCIDs.
    async fn copy_cars(&self, from: u32, to: u32) {
        let (number, numbers) = match self {
            Self::Sqlite(_) => (
                "PRINTF('%014d', n)",
                format!("WITH RECURSIVE s(n) AS (VALUES ({from}) UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {to})"),
            ),
            Self::Postgres(_) => {
                ("LPAD(n::TEXT, 14, '0')", format!("WITH s(n) AS (SELECT * FROM GENERATE_SERIES({from}, {to} - 1))"))
            }
        };
        self.run(&format!(
            "{numbers} INSERT INTO provisioning (pcid_key, iso, pcid, pcid_stem, wmi, public_key_hash, leaf, sub_ca1, sub_ca2,
               root_fingerprint, v2g_root_akis, party_id, not_before, not_after, created_at, updated_at)
             SELECT 'WAB' || {number}, p.iso, 'WAB' || {number}, 'WAB' || {number}, p.wmi, p.public_key_hash, p.leaf,
               p.sub_ca1, p.sub_ca2, p.root_fingerprint, p.v2g_root_akis, p.party_id, p.not_before, p.not_after + n,
               p.created_at, p.updated_at
             FROM s CROSS JOIN (SELECT * FROM provisioning WHERE pcid_key = '{}') p",
            pcid(0).as_sent()
        ))
        .await;
    }

    async fn run(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(folder) => sqlite(folder.path()).await.execute(statement).await.map(drop).unwrap(),
            Self::Postgres(database) => database.connect().await.execute(statement).await.map(drop).unwrap(),
        }
    }

    /// Bytes of the table of contracts without its indexes, and of each of them.
    async fn parts(&self) -> Vec<(String, i64)> {
        match self {
            Self::Sqlite(folder) => {
                let statement = "SELECT d.name, SUM(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
                                 WHERE s.tbl_name = 'contracts' GROUP BY d.name ORDER BY d.name";
                sqlx::query_as(statement).fetch_all(&mut sqlite(folder.path()).await).await.unwrap()
            }
            Self::Postgres(database) => {
                let statement = "SELECT relname::TEXT, PG_TABLE_SIZE(oid) FROM pg_class
                                 WHERE oid = 'contracts'::REGCLASS
                                    OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'contracts'::REGCLASS)
                                 ORDER BY relname";
                sqlx::query_as(statement).fetch_all(&mut database.connect().await).await.unwrap()
            }
        }
    }

    /// Bytes of a table with its indexes.
    async fn size(&self, table: &str) -> i64 {
        match self {
            Self::Sqlite(folder) => {
                let statement = "SELECT SUM(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
                                 WHERE s.tbl_name = $1";
                let mut connection = sqlite(folder.path()).await;
                sqlx::query(statement).bind(table).fetch_one(&mut connection).await.unwrap().get(0)
            }
            Self::Postgres(database) => {
                let statement = "SELECT PG_TOTAL_RELATION_SIZE($1::TEXT::REGCLASS)";
                let mut connection = database.connect().await;
                sqlx::query(statement).bind(table).fetch_one(&mut connection).await.unwrap().get(0)
            }
        }
    }
}

async fn sqlite(folder: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file(folder))).await.unwrap()
}

/// Cars with a contract each.
async fn fill(store: &Store, rows: &[(Provisioning, Contract)]) {
    let done: Result<(), StoreError> = store
        .run_tx("fill", |tx| {
            Box::pin(async move {
                for (car, contract) in rows {
                    provisioning::put(tx, car).await?;
                    contracts::put(tx, contract).await?;
                }
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

/// The time of one look-up of a car, and of one of its contracts: the best of some rounds.
async fn look_ups(store: &Store, cars: u32) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    let mut reader = store.read().await.unwrap();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for number in 0..LOOK_UPS {
            let pcid = pcid(scattered(number, cars));
            assert!(provisioning::find(&mut reader, &pcid, IsoVersion::Iso2).await.unwrap().is_some());
        }
        best.0 = best.0.min(begin.elapsed() / LOOK_UPS);
        let begin = Instant::now();
        for number in 0..LOOK_UPS {
            let pcid = pcid(scattered(number, CONTRACTS));
            assert_eq!(contracts::of_car(&mut reader, &pcid).await.unwrap().len(), 1);
        }
        best.1 = best.1.min(begin.elapsed() / LOOK_UPS);
    }
    best
}

/// Another car each time, never near the one before.
fn scattered(number: u32, cars: u32) -> u32 {
    let far = u64::from(number) * 2_654_435_761 % u64::from(cars);
    u32::try_from(far).unwrap()
}

fn pcid(number: u32) -> Pcid {
    Pcid::parse(&format!("WAB{number:014}")).unwrap()
}

fn day(days: i64) -> Timestamp {
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * days)
}

/// Who makes cars and contracts.
struct Issuer {
    oem: Hierarchy,
    emsp: Hierarchy,
    cps_chain: Vec<Certificate>,
    cps: Signer,
    rng: StdRng,
}

impl Issuer {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let new = |domain, name, rng: &mut StdRng| Hierarchy::new(domain, name, day(0), rng).unwrap();
        let (v2g, oem, emsp) = (
            new(Domain::Cpo, "Roots", &mut rng),
            new(Domain::Oem, "Cars", &mut rng),
            new(Domain::Emsp, "Power", &mut rng),
        );
        let cps = Hierarchy::below(v2g.root, Domain::Cps, "Signer", day(0), &mut rng).unwrap();
        let cps = cps.leaf(&CPS, "Signer 1", day(0), &mut rng).unwrap();
        Self { oem, emsp, cps_chain: cps.chain(), cps: Signer::from(cps.key), rng }
    }

    fn contract(&mut self, number: u32) -> (Provisioning, Contract) {
        let (at, emaid) = (day(0), Emaid::parse(&format!("DEABCC{number:08}")).unwrap());
        let car = self.oem.leaf(&PROVISIONING, pcid(number).as_sent(), at, &mut self.rng).unwrap();
        let leaf = self.emsp.leaf(&CONTRACT, emaid.as_sent(), at, &mut self.rng).unwrap();
        let key = iso2::wrap(&leaf.key, car.certificate.public_key(), &mut self.rng).unwrap();
        let data = iso2::ContractData { chain: leaf.chain(), key, emaid: emaid.clone() };
        let message = opnc_exi::iso2::encode(&iso2::sign(&data, &self.cps_chain, &self.cps).unwrap()).unwrap();
        let contract = Contract {
            id: Uuid::from_u128(u128::from(number) << 64 | 0x7000),
            emaid,
            pcid: pcid(number),
            iso: IsoVersion::Iso2,
            cps_root: Fingerprint::from([0xc1; 32]),
            leaf_fingerprint: leaf.certificate.fingerprint(),
            leaf: leaf.certificate.der().to_vec(),
            not_before: day(0),
            not_after: day(365 + i64::from(number % 365)),
            cps_not_after: day(500),
            message,
            metadata: None,
            subscription_url: None,
            provisioning_key_hash: hash(number),
            provisioning_chain: None,
            own_ca: true,
            party_id: Uuid::from_u128(1),
            created_at: day(0),
            updated_at: day(0),
            is_default: false,
            delivered_at: None,
        };
        (provisioning(number, &car), contract)
    }
}

fn provisioning(number: u32, car: &Leaf) -> Provisioning {
    let chain = car.chain();
    let ca = |at: usize| CaCertificate { fingerprint: chain[at].fingerprint(), der: chain[at].der().to_vec() };
    Provisioning {
        pcid: pcid(number),
        iso: IsoVersion::Iso2,
        public_key_hash: hash(number),
        leaf: car.certificate.der().to_vec(),
        sub_ca1: ca(1),
        sub_ca2: Some(ca(2)),
        root_fingerprint: Fingerprint::from([0xa3; 32]),
        v2g_root_akis: Vec::new(),
        previous_pcid: None,
        metadata: None,
        party_id: Uuid::from_u128(1),
        not_before: day(0),
        not_after: day(2000),
        created_at: day(0),
        updated_at: day(0),
    }
}

fn hash(number: u32) -> [u8; 32] {
    noise(u64::from(number) << 11, 32).try_into().unwrap()
}

/// Bytes without a pattern, the same for the same seed (SplitMix64).
fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_be_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(size).collect()
}
