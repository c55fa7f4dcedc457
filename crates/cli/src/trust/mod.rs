//! `opnc trust`: whom to trust, and why; said to others, and asked without a network.

mod authorize;
mod bundle;
mod keys;
mod list;
mod place;
mod resolve;
mod store;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

/// Ask whom to trust, tell others, and decide about certificates without a network
#[derive(Subcommand)]
pub(crate) enum TrustVerb {
    Resolve(resolve::Resolve),
    Authorize(authorize::Authorize),
    Bundle(bundle::Bundle),
    Keys(keys::Keys),
    #[command(subcommand)]
    List(list::ListVerb),
    #[command(subcommand)]
    Store(store::StoreVerb),
}

impl TrustVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        match self {
            Self::Resolve(resolve) => runtime(resolve.run()),
            Self::Authorize(authorize) => runtime(authorize.run()),
            Self::Bundle(bundle) => runtime(bundle.run()),
            Self::Keys(keys) => runtime(keys.run()),
            Self::List(list) => runtime(list.run()),
            Self::Store(store) => store.run(),
        }
    }
}
