//! Every single flipped bit of a message: either nothing that is protected changed, or the change is refused and named.

use std::sync::atomic::{AtomicUsize, Ordering};

use opnc_exi::iso2::{self, Body, Message};
use opnc_pki::contract::iso2::{Check, Report, SignedElement, verify_message};

use crate::support::{failed, response, vector};

/// What a report must name when `changed` came out of the bits of `original`; none for what the signature leaves open.
fn expected(original: &Message, changed: &Message) -> Option<Check> {
    let Body::CertificateInstallationRes(after) = &changed.body else { return Some(Check::Response) };
    let before = response(original);
    let chain = before.contract_signature_cert_chain != after.contract_signature_cert_chain;
    let key = before.contract_signature_encrypted_private_key != after.contract_signature_encrypted_private_key;
    let different = [
        (before.response_code != after.response_code, Check::Response),
        (original.header.signature != changed.header.signature, Check::Signature),
        (chain, Check::Digest(SignedElement::ContractChain.as_str())),
        (key, Check::Digest(SignedElement::EncryptedKey.as_str())),
        (before.dh_public_key != after.dh_public_key, Check::Digest(SignedElement::DhPublicKey.as_str())),
        (before.emaid != after.emaid, Check::Digest(SignedElement::Emaid.as_str())),
    ];
    different.into_iter().find_map(|(changed, check)| changed.then_some(check))
}

/// What became of the flipped bits.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// No message any more.
    pub(crate) unreadable: usize,
    /// Refused, and the changed part was named.
    pub(crate) refused: usize,
    /// Refused, although only parts outside of the signature changed: the certificates of the CPS.
    pub(crate) refused_outside: usize,
    /// Positions of the bits whose change nothing noticed.
    pub(crate) accepted: Vec<usize>,
}

impl Outcome {
    fn count(&mut self, bit: usize, expected: Option<Check>, failed: &[Check]) {
        match expected {
            Some(check) => {
                assert!(failed.contains(&check), "bit {bit} changed what {check} covers: {failed:?}");
                self.refused += 1;
            }
            None if failed.is_empty() => self.accepted.push(bit),
            None => self.refused_outside += 1,
        }
    }

    fn plus(mut self, other: Self) -> Self {
        self.unreadable += other.unreadable;
        self.refused += other.refused;
        self.refused_outside += other.refused_outside;
        self.accepted.extend(other.accepted);
        self
    }
}

/// Flips each bit of `bytes` in turn and lets `verify` look at what comes out.
pub(crate) fn flip_every_bit(bytes: &[u8], verify: impl Fn(&Message) -> Report + Sync) -> Outcome {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let original = iso2::decode(bytes).unwrap();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut outcome = Outcome::default();
        loop {
            let byte = next.fetch_add(1, Ordering::Relaxed);
            if byte >= bytes.len() {
                return outcome;
            }
            for bit in byte * 8..byte * 8 + 8 {
                let mut flipped = bytes.to_vec();
                flipped[byte] ^= 0x80 >> (bit % 8);
                match iso2::decode(&flipped) {
                    Ok(changed) => outcome.count(bit, expected(&original, &changed), &failed(&verify(&changed))),
                    Err(_) => outcome.unreadable += 1,
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).reduce(Outcome::plus).unwrap()
    })
}

/// Without the chains, the session and the certificates of the CPS are open, and nothing else.
#[test]
fn every_flipped_bit_of_the_vector_is_named() {
    let message = vector("iso2_CertificateInstallationRes");
    let bytes = iso2::encode(&message).unwrap();
    let outcome = flip_every_bit(&bytes, verify_message);
    let session = message.header.session_id.len() * 8;
    let cps = &response(&message).sa_provisioning_certificate_chain;
    let open = session + 8 * (cps.certificate.len() + cps.sub_certificates.iter().map(Vec::len).sum::<usize>());
    assert!(outcome.accepted.len() < open, "{outcome:?}");
    let signed = 8 * (1672 + 57 + 74 + 27 + 559 + 64);
    assert!(outcome.refused + outcome.unreadable + 200 > signed, "{outcome:?}");
    // Session ID: the first value of the message. All of its bits and no others before the body may change.
    assert!(outcome.accepted.iter().filter(|bit| **bit < 8 * 600).count() == session, "{outcome:?}");
}
