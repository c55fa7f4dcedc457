//! Handlers: each takes what the extractors have parsed, calls one service function, and returns what that returns.

pub(crate) mod ccp;
pub(crate) mod cps;
pub(crate) mod est;
pub(crate) mod event;
pub(crate) mod federation;
pub(crate) mod pcp;
pub(crate) mod pki;
mod query;
pub(crate) mod rcp;
pub(crate) mod status;
mod status_kept;
mod tag;
pub(crate) mod trust;
mod trust_list;

pub(crate) use status_kept::KeptStatus;
