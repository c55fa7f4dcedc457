//! Bundles: the roots that a station, a car or a backend should hold, made once for each state of the pool.

mod cache;
mod changes;
mod content;
mod sub_cas;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use opnc_client::signed::KeySet;
use opnc_client::trust::{BUNDLE_TYPE, Selection};
use opnc_messages::IsoVersion;
use opnc_pki::chain::Purpose;
use opnc_pki::key::sha256;
use opnc_store::trust_versions;

use super::{issuer, lists, policy};
use crate::{Caller, Ecosystem, ServiceError, signed_document};

pub(crate) use cache::BundleCache;
pub use changes::changes;

/// Which roots are asked for; all that are trusted for something by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Those for one purpose.
    pub purpose: Option<Purpose>,
    /// Those of one edition: their keys tell.
    pub iso_version: Option<IsoVersion>,
    /// Those on one trust list.
    pub trust_list: Option<String>,
    /// And the CAs below them that the pools know, for leaves that come alone.
    pub sub_cas: bool,
}

/// The form of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Certificates in PEM, one after the other.
    Pem,
    /// An archive with a DER file for each.
    Zip,
    /// A JSON document.
    Json,
    /// The same, signed.
    Jws,
}

/// A bundle, ready to be sent.
#[derive(Debug)]
pub struct Bundle {
    /// Its form.
    pub format: Format,
    /// The version of what is trusted.
    pub version: u64,
    /// Since when it is good.
    pub issued: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Another one for another content: the hash of what is signed, not of the signature, which is new each time.
    pub tag: String,
    /// How many roots it holds.
    pub roots: usize,
    /// The bytes.
    pub body: Arc<[u8]>,
}

/// What every bundle of this moment has in common. A bundle with another stamp is old.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    issuer: String,
    version: u64,
    issued: Timestamp,
    expires: Timestamp,
    keys: KeySet,
    /// Of a bundle with sub CAs: the hour in which these were looked for. They come and go without a new version.
    refreshed: Option<i64>,
}

/// The bundle as it is now.
///
/// # Errors
/// When store or key store fail.
pub async fn get(
    _: &Caller,
    ecosystem: &Ecosystem,
    wanted: &Wanted,
    format: Format,
) -> Result<Arc<Bundle>, ServiceError> {
    let wanted = &wanted.canonical();
    if wanted.sub_cas && !matches!(format, Format::Json | Format::Jws) {
        let why = "subCas : come in the formats json and jws only; readers of the others would trust them like roots";
        return Err(ServiceError::invalid(why));
    }
    let stamp =
        Stamp { refreshed: wanted.sub_cas.then(|| sub_cas::hour(ecosystem.now())), ..Stamp::now(ecosystem).await? };
    if let Some(known) = ecosystem.bundles().get(wanted, format, &stamp) {
        return Ok(known);
    }
    if let Some(list) = &wanted.trust_list {
        lists::check_name(ecosystem, "trustList", list).await?;
    }
    let roots = content::roots(ecosystem, wanted, stamp.issued).await?;
    let below = if wanted.sub_cas { sub_cas::below(ecosystem, wanted, &stamp, &roots).await? } else { Vec::new() };
    let (count, json) = (roots.len(), |roots| content::json(&stamp, wanted, roots, below));
    let (body, tag) = match format {
        Format::Pem => tagged(content::pem(&roots)),
        Format::Zip => tagged(content::archive(&roots)?),
        Format::Json => tagged(json(roots)?),
        Format::Jws => {
            let payload = json(roots)?;
            let text = signed_document::sign(ecosystem, BUNDLE_TYPE, &payload).await?;
            (text.into_bytes(), tag(&payload))
        }
    };
    let Stamp { version, issued, expires, .. } = stamp;
    let bundle = Arc::new(Bundle { format, version, issued, expires, tag, roots: count, body: body.into() });
    ecosystem.bundles().put(wanted.clone(), format, stamp, &bundle);
    Ok(bundle)
}

impl Wanted {
    /// The same with the trust list's own spelling, so that one question has one answer.
    fn canonical(&self) -> Self {
        Self { trust_list: self.trust_list.as_deref().map(policy::canonical), ..self.clone() }
    }

    /// As it stands in the document.
    fn selection(&self) -> Selection {
        Selection {
            purpose: self.purpose.map(|purpose| purpose.as_str().to_owned()),
            iso15118_version: self.iso_version.map(|version| format!("ISO15118-{}", version.as_str())),
            trust_list: self.trust_list.clone(),
            sub_cas: self.sub_cas,
        }
    }
}

impl Stamp {
    /// A bundle is made anew at each change, and at half of its life: whoever asks gets one that is good for a while, and
    /// replicas that are asked at different times give the same, those whose clock is behind the last change as well.
    async fn now(ecosystem: &Ecosystem) -> Result<Self, ServiceError> {
        let issuer = issuer::id(ecosystem).await?;
        let keys = signed_document::keys(ecosystem).await?;
        let mut reader = ecosystem.store().read().await?;
        let current = trust_versions::current(&mut reader).await?;
        let lifetime = ecosystem.policy().trust.lifetime;
        let period = (lifetime.as_secs() / 2).max(1);
        let now = ecosystem.now().as_second();
        let issued = now.div_euclid(period).saturating_mul(period).max(current.at.as_second());
        let issued = Timestamp::from_second(issued).map_err(ServiceError::internal)?;
        let expires =
            issued.saturating_add(lifetime.max(SignedDuration::from_secs(1))).map_err(ServiceError::internal)?;
        Ok(Self { issuer, version: current.version, issued, expires, keys, refreshed: None })
    }
}

fn tagged(body: Vec<u8>) -> (Vec<u8>, String) {
    let tag = tag(&body);
    (body, tag)
}

fn tag(content: &[u8]) -> String {
    hex::encode(sha256(content).first_chunk::<16>().unwrap_or(&[0; 16]))
}
