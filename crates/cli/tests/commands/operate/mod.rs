//! An ecosystem of one's own, from outside: `opnc init`, and what comes after.

mod backup;
mod config;
mod doctor;
mod init;
mod packaging;
mod party;
mod serve;
mod service;
