//! Every single flipped bit of a message: either nothing that is protected changed, or the change is refused and named.
//!
//! Signatures of Ed448 and of requests are verified by the same code as the first one, and slowly: some bits stand for all.

use std::sync::atomic::{AtomicUsize, Ordering};

use opnc_exi::iso20::{self, Body, Message};
use opnc_pki::contract::iso20::{Check, SIGNED_ELEMENT, verify_message, verify_request};
use opnc_pki::key::Algorithm;

use super::support::{World, failed, response};

/// What a report must name when `changed` came out of the bits of `original`; none for what the signature leaves open.
fn expected(original: &Message, changed: &Message) -> Option<Check> {
    let Body::CertificateInstallationRes(after) = &changed.body else { return Some(Check::Response) };
    let before = response(original);
    let code = (before.response_code, before.evse_processing) != (after.response_code, after.evse_processing);
    let different = [
        (code, Check::Response),
        (original.header.signature != changed.header.signature, Check::Signature),
        (before.signed_installation_data != after.signed_installation_data, Check::Digest(SIGNED_ELEMENT)),
    ];
    different.into_iter().find_map(|(changed, check)| changed.then_some(check))
}

#[derive(Debug, Default)]
struct Outcome {
    /// No message any more.
    unreadable: usize,
    /// Refused, and the changed part was named.
    refused: usize,
    /// Refused, although only parts outside of the signature changed: the certificates of the CPS.
    refused_outside: usize,
    /// How many changes nothing noticed.
    accepted: usize,
}

/// Flips every `step`th bit of `bytes` in turn.
fn flip(bytes: &[u8], step: usize) -> Outcome {
    let original = iso20::decode(bytes).unwrap();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut outcome = Outcome::default();
        loop {
            let bit = next.fetch_add(step, Ordering::Relaxed);
            if bit >= bytes.len() * 8 {
                return outcome;
            }
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
            let Ok(changed) = iso20::decode(&flipped) else {
                outcome.unreadable += 1;
                continue;
            };
            let found = failed(&verify_message(&changed));
            match expected(&original, &changed) {
                Some(check) => {
                    assert!(found.contains(&check) || unverifiable(&found), "bit {bit}: {check} not in {found:?}");
                    outcome.refused += 1;
                }
                None if found.is_empty() => outcome.accepted += 1,
                None => outcome.refused_outside += 1,
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold(Outcome::default(), |sum, one| Outcome {
            unreadable: sum.unreadable + one.unreadable,
            refused: sum.refused + one.refused,
            refused_outside: sum.refused_outside + one.refused_outside,
            accepted: sum.accepted + one.accepted,
        })
    })
}

/// A contract certificate that is no certificate any more is told before its digest.
fn unverifiable(found: &[Check]) -> bool {
    found.contains(&Check::Emaid)
}

/// The smallest message there is.
fn message(world: &mut World) -> Vec<u8> {
    world.cps.sub_cas.clear();
    world.contract.sub_cas.truncate(1);
    iso20::encode(&world.message()).unwrap()
}

#[test]
fn every_flipped_bit_of_a_response_is_named() {
    for (algorithm, step) in [(Algorithm::Secp521r1, 1), (Algorithm::Ed448, 61)] {
        let mut world = World::new(algorithm);
        let bytes = message(&mut world);
        let outcome = flip(&bytes, step);
        // Open are session, time, count of further contracts, and what of the CPS certificate is not its key.
        let open = (8 + 8 + 2 + world.cps.certificate.der().len()) * 8 / step;
        assert!(outcome.accepted <= open, "{outcome:?}");
        let signed = (bytes.len() * 8 / step).saturating_sub(open);
        assert!(outcome.refused + outcome.unreadable + 40 > signed, "{outcome:?} of {signed}");
    }
}

#[test]
fn a_response_cut_short_anywhere_is_no_message() {
    let bytes = message(&mut World::new(Algorithm::Ed448));
    assert!((0..bytes.len()).all(|length| iso20::decode(&bytes[..length]).is_err()));
}

/// In a request the chain and the signature are protected; session, time, roots and wishes are not.
#[test]
fn flipped_bits_of_a_signed_chain_are_refused() {
    let world = World::new(Algorithm::Secp521r1);
    let asked = opnc_pki::contract::iso20::Asked {
        session_id: [7; 8],
        at: super::support::at(),
        maximum: 3,
        prioritized_emaids: Vec::new(),
    };
    let signer = opnc_pki::key::Signer::from(world.car.key.clone());
    let roots = [world.v2g.root.certificate().clone()];
    let chain = &world.car.chain()[..1];
    let made = opnc_pki::contract::iso20::request_installation(chain, &roots, &asked, &signer).unwrap();
    let bytes = iso20::encode(&made).unwrap();
    let parts = |message: &Message| match &message.body {
        Body::CertificateInstallationReq(request) => {
            (message.header.signature.clone(), Some(request.oem_provisioning_certificate_chain.clone()))
        }
        Body::CertificateInstallationRes(_) => (None, None),
    };
    for bit in (0..bytes.len() * 8).step_by(5) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        if let Ok(changed) = iso20::decode(&flipped) {
            let same = parts(&changed) == parts(&made);
            assert_eq!(verify_request(&changed).is_ok(), same, "bit {bit}");
        }
    }
}
