//! The database: everything that is kept, and the only SQL.
//!
//! A [`Store`] hands out [`Reader`]s and runs transactions; the tables are modules with plain functions that take a
//! `&mut Reader` to read and a `&mut Tx<'_>` to write. Nothing here knows a clock or makes an id: both are parameters.

mod alone;
mod backup;
mod compact;
mod engine;
mod error;
mod known;
mod leaf;
mod meter;
mod migrations;
mod options;
mod packed;
mod postgres;
mod reader;
mod row;
mod rows;
mod schema;
mod sqlite;
mod statement;
mod store;
mod tables;
mod twin;
mod tx;
mod value;
mod wake;

pub use alone::Alone;
pub use backup::backup;
pub use engine::PoolUse;
pub use error::StoreError;
pub use meter::{Began, Meter, Work};
pub use options::{Location, StoreOptions};
pub use postgres::PostgresUrl;
pub use reader::Reader;
pub use schema::{Migration, Schema};
pub use statement::Statement;
pub use store::Store;
pub use tables::{
    audit, authorities, cancelled_contracts, certificates, chosen_elsewhere, client_certificates, contracts,
    credentials, crls, default_contracts, deliveries, event_endpoints, introductions, issued_certificates, outbox,
    parties, party_identifiers, peer_descriptions, peer_roots, peer_syncs, peers, provisioning, root_changes, roots,
    settings, statements, tombstones, trust_lists, trust_versions, unchecked_cars,
};
pub use tx::{Tx, TxFuture};
pub use wake::Wake;
