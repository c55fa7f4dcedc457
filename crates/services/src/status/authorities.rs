//! Our CAs, found by the hashes in OCSP requests and by their names in URLs.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::{SignedDuration, Timestamp};
use opnc_pki::certificate::Certificate;
use opnc_pki::issue::Urls;
use opnc_pki::key::Signer;
use opnc_pki::ocsp::{CertId, IdHash};
use opnc_store::authorities;

use super::unpoison;
use crate::{Ecosystem, ServiceError, chains};

/// How often the database is asked for CAs that are not known here: everybody may ask for any.
const RELOAD: SignedDuration = SignedDuration::from_secs(1);

/// A CA of ours.
pub(super) struct Authority {
    pub(super) certificate: Certificate,
    key_id: String,
}

#[derive(Default)]
pub(super) struct Authorities(RwLock<Known>);

#[derive(Default)]
struct Known {
    by_hashes: HashMap<(Vec<u8>, Vec<u8>), Arc<Authority>>,
    by_id: HashMap<String, Arc<Authority>>,
    read_at: Option<Timestamp>,
}

impl Authority {
    /// Its key, for signing.
    pub(super) fn signer(&self, ecosystem: &Ecosystem) -> Result<Signer, ServiceError> {
        Signer::stored(ecosystem.keys(), &self.key_id).map_err(ServiceError::internal)
    }
}

impl Authorities {
    /// The CA that an OCSP request names.
    pub(super) async fn by_hashes(
        &self,
        ecosystem: &Ecosystem,
        id: &CertId,
    ) -> Result<Option<Arc<Authority>>, ServiceError> {
        if id.hash().is_none() {
            return Ok(None);
        }
        let hashes = (id.name_hash().to_vec(), id.key_hash().to_vec());
        self.find(ecosystem, |known| known.by_hashes.get(&hashes).cloned()).await
    }

    /// The CA of this name in URLs.
    pub(super) async fn by_id(&self, ecosystem: &Ecosystem, id: &str) -> Result<Option<Arc<Authority>>, ServiceError> {
        self.find(ecosystem, |known| known.by_id.get(id).cloned()).await
    }

    /// All of them, as they are in the database now.
    pub(super) async fn all(&self, ecosystem: &Ecosystem) -> Result<Vec<Arc<Authority>>, ServiceError> {
        self.load(ecosystem).await?;
        Ok(unpoison(self.0.read()).by_id.values().cloned().collect())
    }

    async fn find(
        &self,
        ecosystem: &Ecosystem,
        look_up: impl Fn(&Known) -> Option<Arc<Authority>>,
    ) -> Result<Option<Arc<Authority>>, ServiceError> {
        {
            let known = unpoison(self.0.read());
            let found = look_up(&known);
            let fresh = known.read_at.is_some_and(|at| ecosystem.now().duration_since(at).abs() < RELOAD);
            if found.is_some() || fresh {
                return Ok(found);
            }
        }
        self.load(ecosystem).await?;
        let known = unpoison(self.0.read());
        Ok(look_up(&known))
    }

    async fn load(&self, ecosystem: &Ecosystem) -> Result<(), ServiceError> {
        let read_at = Some(ecosystem.now());
        let mut known = Known { read_at, ..Known::default() };
        for row in authorities::list(&mut ecosystem.store().read().await?).await? {
            let certificate = chains::kept(&row.certificate)?;
            if !certificate.is_ca() {
                continue;
            }
            let authority = Arc::new(Authority { certificate, key_id: row.key_id });
            for hash in IdHash::ALL {
                known.by_hashes.insert(hash.of_issuer(&authority.certificate), Arc::clone(&authority));
            }
            known.by_id.insert(Urls::id(&authority.certificate), authority);
        }
        *unpoison(self.0.write()) = known;
        Ok(())
    }
}
