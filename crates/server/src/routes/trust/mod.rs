//! Whom to trust, and why: our extension of OPNC.

mod bundle;
mod keys;
mod questions;

pub(crate) use bundle::bundle;
pub(crate) use keys::keys;
pub(crate) use questions::{authorize, resolve};
