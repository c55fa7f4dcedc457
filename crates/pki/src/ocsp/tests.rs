//! Requests and answers among ourselves and with every fault; `tests/status` has the same with openssl.

use der::Decode;
use jiff::{SignedDuration, Timestamp};
use opnc_messages::pki::RevocationReason;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::Certificate;
use crate::hierarchy::{Domain, Hierarchy};
use crate::issue::{Authority, Request as CertificateRequest};
use crate::key::{Algorithm, Signer, SoftwareKey};
use crate::profile;

fn now() -> Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

fn later(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

struct Pki {
    ca: Authority,
    leaf: Certificate,
    rng: StdRng,
}

impl Pki {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let hierarchy = Hierarchy::new(Domain::Emsp, "Org", now(), &mut rng).unwrap();
        let leaf = hierarchy.leaf(&profile::CONTRACT, "DEABCC123456789", now(), &mut rng).unwrap().certificate;
        Self { ca: hierarchy.sub_ca_2, leaf, rng }
    }

    fn issuer(&self) -> &Certificate {
        self.ca.certificate()
    }

    fn responder(&mut self) -> Responder {
        let signer = Signer::from(SoftwareKey::generate(Algorithm::Secp256r1).unwrap());
        let profile = &profile::OCSP_RESPONDER;
        let request = CertificateRequest {
            profile,
            subject: profile.subject("Responder", "Org", None).unwrap(),
            public_key: signer.public_key().clone(),
            validity: profile.validity_from(now()),
        };
        Responder::delegated(self.ca.issue(request, &mut self.rng).unwrap(), signer).unwrap()
    }

    fn id(&self, hash: IdHash) -> CertId {
        CertId::new(hash, self.issuer(), self.leaf.serial()).unwrap()
    }

    fn single(&self, status: Status) -> Single {
        Single { id: self.id(IdHash::Sha1), status, this_update: now(), next_update: Some(later(12)) }
    }

    fn verify(&self, der: &[u8], nonce: Option<&[u8]>, at: Timestamp) -> Result<Verified, VerifyError> {
        basic(der).verify(&self.id(IdHash::Sha1), self.issuer(), nonce, at)
    }
}

fn basic(der: &[u8]) -> BasicResponse {
    match Response::from_der(der).unwrap() {
        Response::Basic(basic) => *basic,
        Response::Failed(failure) => panic!("{failure:?}"),
    }
}

#[test]
fn requests_lead_back() {
    let pki = Pki::new();
    for nonce in [None, Some(vec![7]), Some(vec![0; 128])] {
        let ids = IdHash::ALL.map(|hash| pki.id(hash)).to_vec();
        let request = Request { ids, nonce };
        let read = Request::from_der(&request.to_der().unwrap()).unwrap();
        assert_eq!(read, request);
        assert_eq!((read.ids[0].hash(), read.ids[1].hash()), (Some(IdHash::Sha1), Some(IdHash::Sha256)));
        assert_eq!(read.ids[0].serial(), pki.leaf.serial());
    }
}

#[test]
fn requests_beyond_the_bounds_are_refused() {
    let pki = Pki::new();
    let read = |ids: usize, nonce: Option<usize>| {
        let nonce = nonce.map(|length| vec![1; length]);
        Request::from_der(&Request { ids: vec![pki.id(IdHash::Sha1); ids], nonce }.to_der().unwrap())
    };
    assert!(read(MAX_CERT_IDS, None).is_ok());
    assert_eq!(read(MAX_CERT_IDS + 1, None), Err(RequestError::Number));
    assert_eq!(read(0, None), Err(RequestError::Number));
    assert!(matches!(read(10_000, None), Err(RequestError::TooLong(_))));
    assert_eq!(read(1, Some(129)), Err(RequestError::Nonce(129)));
    assert_eq!(read(1, Some(0)), Err(RequestError::Nonce(0)));
}

#[test]
fn truncated_and_changed_input_is_an_error_and_never_a_panic() {
    let mut pki = Pki::new();
    let request = Request { ids: vec![pki.id(IdHash::Sha256)], nonce: Some(vec![1; 16]) }.to_der().unwrap();
    for end in 0..request.len() {
        assert!(Request::from_der(&request[..end]).is_err(), "{end}");
    }
    let good = pki.single(Status::Good);
    let response = pki.responder().sign(&[good], Some(&[1; 16]), now()).unwrap();
    for end in 0..response.len() {
        assert!(Response::from_der(&response[..end]).is_err(), "{end}");
    }
    for index in 0..response.len() {
        let mut changed = response.clone();
        changed[index] ^= 1;
        // Whatever can still be read is not believed, unless the change is outside of what is signed and used.
        if let Ok(Response::Basic(basic)) = Response::from_der(&changed) {
            let verified = basic.verify(&pki.id(IdHash::Sha1), pki.issuer(), None, now());
            assert!(verified.is_err() || verified == pki.verify(&response, None, now()), "{index}");
        }
    }
}

#[test]
fn answers_of_a_delegated_responder_and_of_the_ca_are_believed() {
    let mut pki = Pki::new();
    let revoked = Status::Revoked { at: now(), reason: Some(RevocationReason::KeyCompromise) };
    let own = Responder::authority(pki.issuer().clone(), pki.ca.signer().clone()).unwrap();
    for responder in [pki.responder(), own] {
        for status in [Status::Good, revoked, Status::Revoked { at: now(), reason: None }, Status::Unknown] {
            let der = responder.sign(&[pki.single(status)], None, now()).unwrap();
            let verified = pki.verify(&der, Some(b"asked"), later(1)).unwrap();
            let expected = Verified { status, since: now(), good_until: later(12), repeats_nonce: false };
            assert_eq!(verified, expected);
        }
    }
}

#[test]
fn answers_that_are_not_believed() {
    let mut pki = Pki::new();
    let (good, responder) = (pki.single(Status::Good), pki.responder());
    let der = responder.sign(std::slice::from_ref(&good), Some(b"nonce"), now()).unwrap();
    assert!(pki.verify(&der, Some(b"nonce"), now()).is_ok_and(|answer| answer.repeats_nonce));
    assert_eq!(pki.verify(&der, Some(b"other"), now()), Err(VerifyError::Nonce));
    assert!(matches!(pki.verify(&der, None, later(13)), Err(VerifyError::Time { .. })), "stale");
    assert_eq!(pki.verify(&der, None, later(-1)), Err(VerifyError::Signer), "the responder is not valid yet");
    assert_eq!(pki.verify(&der, None, later(24 * 8)), Err(VerifyError::Signer), "the responder has expired");

    let of_other = Single { id: CertId::new(IdHash::Sha1, pki.issuer(), &[1]).unwrap(), ..good.clone() };
    let der = responder.sign(&[of_other], None, now()).unwrap();
    assert_eq!(pki.verify(&der, None, now()), Err(VerifyError::OtherCertificate));

    let of_tomorrow = Single { this_update: later(1), ..good.clone() };
    let der = responder.sign(&[of_tomorrow], None, now()).unwrap();
    assert!(matches!(pki.verify(&der, None, now()), Err(VerifyError::Time { .. })), "from the future");

    let endless = Single { next_update: None, ..good.clone() };
    let der = responder.sign(&[endless], None, now()).unwrap();
    assert!(pki.verify(&der, None, later(23)).is_ok());
    assert!(matches!(pki.verify(&der, None, later(25)), Err(VerifyError::Time { .. })));
}

#[test]
fn answers_of_others_are_not_believed() {
    let mut pki = Pki::new();
    let good = pki.single(Status::Good);
    let mut elsewhere = Pki::new();
    let foreign = elsewhere.responder().sign(std::slice::from_ref(&good), None, now()).unwrap();
    assert_eq!(pki.verify(&foreign, None, now()), Err(VerifyError::Signer));

    // A leaf of the same CA that is no responder.
    let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
    let profile = &profile::CONTRACT;
    let request = CertificateRequest {
        profile,
        subject: profile.subject("DEABCC123456789", "Org", None).unwrap(),
        public_key: key.public_key().clone(),
        validity: profile.validity_from(now()),
    };
    let leaf = pki.ca.issue(request, &mut pki.rng).unwrap();
    let der = Responder::delegated(leaf, key.into()).unwrap().sign(&[good], None, now()).unwrap();
    assert_eq!(pki.verify(&der, None, now()), Err(VerifyError::Signer));
}

#[test]
fn failures_are_read() {
    for failure in [Failure::Malformed, Failure::Internal, Failure::TryLater, Failure::SignatureRequired] {
        let Response::Failed(Some(read)) = Response::from_der(&failure.to_der()).unwrap() else { panic!() };
        assert_eq!(read, failure);
    }
    // RFC 6960: unauthorized is 6.
    assert_eq!(Failure::Unauthorized.to_der(), [0x30, 3, 0x0a, 1, 6]);
    assert!(der::asn1::AnyRef::from_der(&Failure::TryLater.to_der()).is_ok());
}
