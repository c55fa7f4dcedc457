//! Who signs OCSP answers: for each CA a certificate of its own, made when it is first needed and renewed at half its life.
//!
//! The key lives in memory and in one process: what answers strangers all day is not the key of a CA, and nothing has to be
//! kept secret on a disk for it.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::attribute;
use opnc_pki::issue::{self, Request};
use opnc_pki::key::{Signer, SoftwareKey};
use opnc_pki::ocsp::Responder;
use opnc_pki::profile;
use opnc_store::issued_certificates;

use super::authorities::Authority;
use super::unpoison;
use crate::issued::Issued;
use crate::{Ecosystem, ServiceError};

#[derive(Default)]
pub(super) struct Responders(RwLock<HashMap<Fingerprint, Arc<Responder>>>);

impl Responders {
    /// The responder of a CA.
    pub(super) async fn of(
        &self,
        ecosystem: &Ecosystem,
        authority: &Authority,
    ) -> Result<Arc<Responder>, ServiceError> {
        let issuer = authority.certificate.fingerprint();
        let known = unpoison(self.0.read()).get(&issuer).cloned();
        if let Some(known) = known.filter(|known| ecosystem.now() < half_life(known)) {
            return Ok(known);
        }
        let made = Arc::new(make(ecosystem, authority).await?);
        unpoison(self.0.write()).insert(issuer, Arc::clone(&made));
        Ok(made)
    }
}

fn half_life(responder: &Responder) -> Timestamp {
    let (begin, end) = (responder.certificate().not_before(), responder.certificate().not_after());
    begin.saturating_add(end.duration_since(begin) / 2).unwrap_or(end)
}

async fn make(ecosystem: &Ecosystem, authority: &Authority) -> Result<Responder, ServiceError> {
    let issuer = &authority.certificate;
    let algorithm = issuer.public_key().algorithm();
    let key = SoftwareKey::generate(algorithm).map_err(ServiceError::internal)?;
    let profile = profile::OCSP_RESPONDER.in_version(algorithm.version());
    let organization = issuer.subject().first(attribute::ORGANIZATION).unwrap_or("OPNC");
    let request = Request {
        profile,
        subject: profile.subject("OCSP responder", organization, None).map_err(ServiceError::internal)?,
        public_key: key.public_key().clone(),
        validity: profile.validity_from(ecosystem.now()).within(issuer),
    };
    let signer = authority.signer(ecosystem)?;
    let ca = issue::Authority::existing(issuer.clone(), Vec::new(), signer).map_err(ServiceError::internal)?;
    let certificate = ca.issue(request, &mut ecosystem.rng()).map_err(ServiceError::internal)?;
    let subject_key = "OCSP responder";
    let row = Issued { certificate: &certificate, issuer, profile, subject_key, party: None }.row(ecosystem.now());
    let row = &row;
    ecosystem
        .store()
        .run_tx("certify an OCSP responder", |tx| {
            Box::pin(async move { issued_certificates::add(tx, row).await.map_err(ServiceError::from) })
        })
        .await?;
    Responder::delegated(certificate, Signer::from(key)).map_err(ServiceError::internal)
}
