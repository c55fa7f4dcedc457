//! The same messages in another implementation, the crate `iso15118`: its reading of the bytes, its fragments, hashes and
//! curve (RustCrypto's), in both directions.

use iso15118::exi::ExiDocument;
use iso15118::iso20::messages::CertificateInstallationRes;
use iso15118::pnc::rustcrypto::{Sha2, SigningKey, VerifyingKey};
use iso15118::pnc::{PncError, Signed, Suite, iso20 as theirs};
use opnc_exi::iso20;
use opnc_pki::contract::iso20::{Check, SIGNED_ELEMENT, verify_message};
use opnc_pki::key::Algorithm;

use super::support::{World, failed};

const SUITES: [Suite; 1] = [Suite::EcdsaSha512];

/// What the other implementation thinks of the signature in our message.
fn verdict(bytes: &[u8], point: &[u8]) -> Result<(), PncError> {
    let response = CertificateInstallationRes::from_bytes(bytes).unwrap();
    let data = &response.signed_installation_data;
    let fragment = data.to_fragment().unwrap();
    let signature = response.header.signature.as_ref().unwrap();
    let key = VerifyingKey::p521_sec1(point).unwrap();
    theirs::verify(signature, &[Signed::new(&data.id, &fragment)], &SUITES, &Sha2, &key)
}

#[test]
fn our_signature_verifies_there() {
    let world = World::new(Algorithm::Secp521r1);
    let bytes = iso20::encode(&world.message()).unwrap();
    assert_eq!(verdict(&bytes, world.cps.key.public_key().point()), Ok(()));
    assert!(verdict(&bytes, world.car.key.public_key().point()).is_err());
    let mut changed = world.message();
    super::support::response_mut(&mut changed).signed_installation_data.encrypted_private_key =
        iso20::EncryptedPrivateKey::Secp521(vec![0; 94]);
    let changed = verdict(&iso20::encode(&changed).unwrap(), world.cps.key.public_key().point());
    assert!(matches!(changed, Err(PncError::DigestMismatch { .. })), "{changed:?}");
}

#[test]
fn their_signature_verifies_here() {
    let world = World::new(Algorithm::Secp521r1);
    let mut response = CertificateInstallationRes::from_bytes(&iso20::encode(&world.message()).unwrap()).unwrap();
    let key = SigningKey::p521(&world.cps.key.scalar().unwrap()).unwrap();
    let data = &response.signed_installation_data;
    let fragment = data.to_fragment().unwrap();
    let signature = theirs::sign(Suite::EcdsaSha512, &[Signed::new(&data.id, &fragment)], &Sha2, &key).unwrap();
    response.header.signature = Some(signature);
    let message = iso20::decode(&response.to_vec().unwrap()).unwrap();
    assert!(verify_message(&message).is_ok());
    assert!(world.accept(&message, super::support::at()).is_ok());

    // A signature with the algorithms of ISO 15118-2 over the same content.
    let key = SigningKey::p256(&[7; 32]).unwrap();
    let data = &response.signed_installation_data;
    let signature = theirs::sign(Suite::EcdsaSha256, &[Signed::new(&data.id, &fragment)], &Sha2, &key).unwrap();
    response.header.signature = Some(signature);
    let message = iso20::decode(&response.to_vec().unwrap()).unwrap();
    let checks = [Check::Algorithms, Check::Digest(SIGNED_ELEMENT), Check::Signature];
    assert_eq!(failed(&verify_message(&message)), checks);
}
