//! An ecosystem of one's own, from outside: `opnc init`, and what comes after.

mod backup;
mod certificate;
mod config;
mod doctor;
mod init;
mod packaging;
mod party;
mod records;
mod serve;
mod service;
