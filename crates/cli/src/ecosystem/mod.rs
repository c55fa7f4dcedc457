//! An ecosystem inside this process: what the demonstration and the sandbox have in common.

mod emsp;
mod friends;
mod launch;
mod roles;
mod wire;

pub(crate) use emsp::{own_contract, pcid_of};
pub(crate) use friends::{Friend, befriend};
pub(crate) use launch::{Launched, Limits, Place, STATUS_PORT, clock_of, launch, launch_beside, write_private};
pub(crate) use roles::{PartySpec, client, client_of};
pub(crate) use wire::{certificate_chain, root_certificate};
