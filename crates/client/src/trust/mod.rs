//! Trust without a network: bundles of roots that were signed elsewhere, kept in a file, and asked when a certificate comes.
//!
//! For a station, a car or a backend that must not depend on a connection. What comes may have been changed, be old, or be an
//! earlier one sent again; each of it is refused ([`Store::update`]). Time is a parameter.

pub(crate) mod bundle;
mod call;
mod error;
mod list;
mod root;
mod store;

pub use bundle::{BUNDLE_TYPE, Bundle, CHANGES_TYPE, Changes, Selection};
pub use call::BundleFormat;
pub use error::TrustError;
pub use list::{LIST_TYPE, TrustList};
pub use root::TrustedRoot;
pub use store::{Store, StoreError};

/// The longest document that is read: some thousand roots.
pub const LONGEST: usize = 16 * 1024 * 1024;
