//! A database for one test: a copy of one that has been migrated once, which is quicker than migrating.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

use opnc_store::{PostgresUrl, Store, StoreOptions};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

/// The lock under which test processes make the template.
const TEMPLATE_LOCK: i64 = 0x6f70_6e63;

/// A database that goes with this value.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// A database of the newest schema on the server of `$OPNC_TEST_POSTGRES`; `None` without one.
    pub async fn migrated() -> Option<Self> {
        let server = crate::url()?;
        Some(Self::migrated_on(&server).await)
    }

    /// The same on this server.
    pub async fn migrated_on(server: &str) -> Self {
        let template = template();
        let mut connection = connect(server, None).await;
        run(&mut connection, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
        let known = format!("SELECT COUNT(*) FROM pg_database WHERE datname = '{template}'");
        let known: i64 = connection.fetch_one(AssertSqlSafe(known)).await.expect("a number").get(0);
        if known == 0 {
            let unfinished = create(&mut connection, server, None).await;
            Store::open(&StoreOptions::postgres(unfinished.url())).await.expect("a schema").close().await;
            run(&mut connection, &format!("ALTER DATABASE {} RENAME TO {template}", unfinished.name)).await;
        }
        run(&mut connection, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
        let made = create(&mut connection, server, Some(&template)).await;
        connection.close().await.expect("an end");
        made
    }

    /// A database without any table on the server of `$OPNC_TEST_POSTGRES`; `None` without one.
    pub async fn empty() -> Option<Self> {
        let server = crate::url()?;
        Some(create(&mut connect(&server, None).await, &server, None).await)
    }

    /// The way to it.
    pub fn url(&self) -> PostgresUrl {
        PostgresUrl::parse(&self.server).expect("a URL").with_database(&self.name)
    }

    /// A connection past the store.
    pub async fn connect(&self) -> PgConnection {
        connect(&self.server, Some(&self.name)).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        // A runtime of its own: the one of the test cannot be waited for here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                // A server that is gone has taken the database with it.
                if let Ok(mut connection) = options(&server, None).connect().await {
                    run(&mut connection, &statement).await;
                }
            });
        });
        if dropped.join().is_err() && !std::thread::panicking() {
            panic!("the database {} could not be removed", self.name);
        }
    }
}

async fn create(connection: &mut PgConnection, server: &str, template: Option<&str>) -> Database {
    let name = format!("opnc_test_{}", Uuid::now_v7().simple());
    let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    run(connection, &format!("CREATE DATABASE {name}{template}")).await;
    Database { server: server.to_owned(), name }
}

/// The name of the template tells which migrations it was made by.
fn template() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations/postgres");
    let mut files: Vec<_> = folder.read_dir().expect("migrations").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).expect("a migration").hash(&mut hasher);
    }
    format!("opnc_template_{:016x}", hasher.finish())
}

fn options(server: &str, database: Option<&str>) -> PgConnectOptions {
    let options: PgConnectOptions = server.parse().expect("OPNC_TEST_POSTGRES is a URL");
    match database {
        Some(database) => options.database(database),
        None => options,
    }
}

async fn connect(server: &str, database: Option<&str>) -> PgConnection {
    options(server, database).connect().await.expect("PostgreSQL answers")
}

/// The names in these statements are made here, never by a caller.
async fn run(connection: &mut PgConnection, statement: &str) {
    connection.execute(AssertSqlSafe(statement)).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
}
