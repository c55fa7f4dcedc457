//! An ecosystem of one's own, from outside: `opnc init`, and what comes after.

mod backup;
mod certificate;
mod config;
mod doctor;
mod identity;
mod init;
mod operator;
mod packaging;
mod party;
mod records;
mod renew;
mod roots;
mod secrets;
mod serve;
mod service;
