//! What handlers take from a request, parsed before they see it.

mod acting;
mod authorize;
mod body;
mod caller;
mod certificate;
mod est;
mod flag;
mod path;
mod query;
mod reach;

pub(crate) use acting::ActingAs;
pub(crate) use authorize::{Called, authorize};
pub(crate) use body::{JsonBody, read_body};
pub(crate) use caller::{Authorized, PartyId};
pub(crate) use certificate::{CertificateCache, certified};
pub(crate) use est::{Renewing, authorize_renewal};
pub(crate) use flag::flag;
pub(crate) use path::{OpaqueId, PathIds};
pub(crate) use query::Query;
