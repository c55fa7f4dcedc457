//! A client for every party of an OPNC ecosystem, and what a car does with the messages.
//!
//! One method for each operation, named as the access table names it. Federation, the command line and the conformance
//! kit all go through this client, so that none of them can drift from the public API.

mod access;
mod call;
mod ccp;
mod client;
mod cps;
mod error;
mod event;
pub mod outbound;
mod pcp;
mod pki;
pub mod pool;
mod questions;
mod rcp;
pub mod signed;
mod token;
pub mod trust;
pub mod vehicle;
pub mod webhook;

pub use access::{Access, ClientCertificate, Credentials, Secret, Shown};
pub use ccp::{ContractDataFilter, InstallationOptions, OfflineInstallation};
pub use client::Client;
pub use error::ClientError;
pub use pki::CaChoice;
pub use rcp::{RootFilter, Tagged};
