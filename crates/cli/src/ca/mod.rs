//! `opnc ca`: the ecosystem's own CAs, and what they have issued.

mod found;
mod list;
mod record;
mod renew;
mod revoke;
mod show;
mod tree;

use std::ffi::OsString;
use std::path::Path;

use clap::Subcommand;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;

use crate::failure::Failure;
use crate::{Verdict, certificates, runtime};

/// Look into the ecosystem's own CAs, renew its signers, and revoke what they have issued
#[derive(Subcommand)]
pub(crate) enum CaVerb {
    Tree(tree::Tree),
    List(list::List),
    Show(show::Show),
    Revoke(revoke::Revoke),
    Found(found::Found),
    Renew(renew::Renew),
}

/// The certificate that an argument means: by its fingerprint, or by itself, as the first one of a file.
fn certificate(text: &str) -> Result<Fingerprint, String> {
    if let Ok(fingerprint) = Fingerprint::parse(text) {
        return Ok(fingerprint);
    }
    if text != "-" && !Path::new(text).is_file() {
        return Err(
            "this is neither a file nor a SHA-256 fingerprint, which has 64 hexadecimal digits, with colons or \
                    without; `opnc ca list` tells them"
                .to_owned(),
        );
    }
    let found = certificates::read(&OsString::from(text).into()).map_err(|failure| failure.to_string())?;
    found.first().map(Certificate::fingerprint).ok_or_else(|| "there is no certificate in this file".to_owned())
}

impl CaVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Tree(tree) => tree.run().await,
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Revoke(revoke) => revoke.run().await,
                Self::Found(found) => found.run().await,
                Self::Renew(renew) => renew.run().await,
            }
        })
    }
}
