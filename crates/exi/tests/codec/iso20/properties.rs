//! What holds for every message and for all bytes.

use super::{DOCUMENTS, messages};
use crate::data::vector;
use opnc_exi::iso20::{Body, decode, encode, fragment};
use opnc_exi::xmldsig::signed_info_fragment;
use proptest::prelude::*;

/// What is accepted is what would be written: decoding loses and invents nothing.
fn refused_or_canonical(bytes: &[u8]) {
    if let Ok(message) = decode(bytes) {
        assert_eq!(encode(&message).unwrap(), bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_message_comes_back(message in messages::message()) {
        let bytes = encode(&message).unwrap();
        prop_assert_eq!(decode(&bytes).unwrap(), message);
    }

    #[test]
    fn whatever_can_be_encoded_has_fragments(message in messages::message()) {
        if let Some(signature) = &message.header.signature {
            prop_assert!(signed_info_fragment(&signature.signed_info).is_ok());
        }
        let fragment = match &message.body {
            Body::CertificateInstallationReq(request) => {
                fragment::oem_provisioning_certificate_chain(&request.oem_provisioning_certificate_chain)
            }
            Body::CertificateInstallationRes(response) => {
                fragment::signed_installation_data(&response.signed_installation_data)
            }
        };
        prop_assert!(fragment.is_ok());
    }

    #[test]
    fn truncated_messages_are_refused(message in messages::message(), at in any::<prop::sample::Index>()) {
        let bytes = encode(&message).unwrap();
        prop_assert!(decode(&bytes[..at.index(bytes.len())]).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        refused_or_canonical(&bytes);
    }

    #[test]
    fn arbitrary_bytes_in_a_message_never_panic(
        name in prop::sample::select(&DOCUMENTS[..]),
        at in any::<prop::sample::Index>(),
        replacement in prop::collection::vec(any::<u8>(), 1..40),
        cut in any::<bool>(),
    ) {
        let mut bytes = vector(name);
        let at = at.index(bytes.len());
        let end = if cut { bytes.len() } else { bytes.len().min(at + replacement.len()) };
        bytes.splice(at..end, replacement);
        refused_or_canonical(&bytes);
    }
}

#[test]
fn single_flipped_bits_never_panic() {
    for name in DOCUMENTS {
        let original = vector(name);
        let mut bytes = original.clone();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 0x80 >> (bit % 8);
            refused_or_canonical(&bytes);
            bytes[bit / 8] ^= 0x80 >> (bit % 8);
        }
        assert_eq!(bytes, original);
    }
}
