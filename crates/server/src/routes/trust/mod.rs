//! Whom to trust, and why: our extension of OPNC.

mod keys;

pub(crate) use keys::keys;
