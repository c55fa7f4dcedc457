//! The CPS of other ecosystems, as peers tell of them.

use opnc_messages::cps::GetCpsCertificatesRes;
use opnc_pki::chain::{self, Purpose};

use super::certificates::shown;
use crate::{Ecosystem, ServiceError, chains};

/// The most signers that are taken from one peer.
const MOST: usize = 100;

/// Those of a peer's CPS certificates that lead to a V2G root of ours. The others are none to us, and no lie.
///
/// # Errors
/// When it has too many of them.
pub(crate) async fn check(
    ecosystem: &Ecosystem,
    said: GetCpsCertificatesRes,
) -> Result<GetCpsCertificatesRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    let all = said.cps_certificate_data_collection;
    if all.len() > MOST {
        return Err(ServiceError::invalid(format!("it has {} CPS certificates", all.len())));
    }
    let trusted = all.into_iter().filter_map(|data| {
        let chain = chains::read(&data.cps_certificate_chain, "cpsCertificate", data.iso_version).ok()?;
        let path = chain::verify(&chain.leaf, &chain.sub_cas, &anchors.cps, Purpose::Cps, ecosystem.now());
        let path = path.inspect_err(|error| tracing::info!(%error, "a CPS of a peer is not trusted here")).ok()?;
        let root = anchors.by_fingerprint.get(&path.anchor().fingerprint())?;
        shown(&chain.leaf, path.sub_cas(), root, chain.leaf.public_key().algorithm().version())
    });
    Ok(GetCpsCertificatesRes { cps_certificate_data_collection: trusted.collect() })
}
