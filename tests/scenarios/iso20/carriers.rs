//! Keys that we do not make: X448 and TPM. Ed448 cars and eMSPs, and what an eMSP wrapped for a car, are checked for form,
//! signed, stored and delivered byte for byte.

use opnc_exi::iso20::{CertificateInstallationRes, EcdhCurve, EncryptedPrivateKey};
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso20::{verify_chains, verify_message};
use opnc_pki::key::SoftwareKey;
use rand::Rng;

use super::*;

/// Some bytes, which nobody here can open.
fn wrapped(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A point of secp521r1.
fn point() -> Vec<u8> {
    SoftwareKey::generate(Algorithm::Secp521r1).unwrap().public_key().point().to_vec()
}

/// The ecosystem with authorities of Ed448 beside those of secp521r1, an OEM and an eMSP of Ed448.
struct Ed448 {
    both: Both,
    v2g_root: Certificate,
    emsp: Hierarchy,
    car: Vehicle20,
    leaf: Leaf,
}

impl Ed448 {
    async fn begin() -> Self {
        let mut both = Both::begin().await;
        let ecosystem = &both.world.ecosystem;
        let at = ecosystem.clock.now();
        let founded = bootstrap::found_for(&ecosystem.ecosystem, Algorithm::Ed448, "Test", None).await;
        let v2g_root = founded.unwrap();
        let pki = |domain, name| Hierarchy::new_in(domain, name, Algorithm::Ed448, at, &mut rand::rng()).unwrap();
        let (oem, emsp) = (pki(Domain::Oem, "OEM A Ed448"), pki(Domain::Emsp, "eMSP C Ed448"));
        ecosystem.trust(&v2g_root, RootType::V2g).await;
        ecosystem.trust(oem.root.certificate(), RootType::Oem).await;
        ecosystem.trust(emsp.root.certificate(), RootType::Emsp).await;
        both.oem = oem;
        both.v2g_root = v2g_root.clone();
        let (car, leaf) = both.car(PCID).await;
        Self { both, v2g_root, emsp, car, leaf }
    }

    fn contract(&self, emaid: &str) -> Leaf {
        let at = self.both.world.ecosystem.clock.now();
        self.emsp.leaf(&CONTRACT, emaid, at, &mut rand::rng()).unwrap()
    }
}

impl Both {
    /// Has contract data signed whose key is wrapped in these bytes.
    async fn sign_wrapped(&self, contract: &Leaf, key: &[u8], dh_key: &[u8]) -> Answer {
        let emaid = contract.certificate.common_name().unwrap();
        let bundle = json!({
            "pcid": PCID,
            "emaid": emaid,
            "contractCertificateChain": opnc_test_util::chain_body(contract),
            "contractSignatureEncryptedPrivateKey": BASE64_STANDARD.encode(key),
            "dHpublickey": BASE64_STANDARD.encode(dh_key),
        });
        let body = json!({ "contractCertificateBundle": bundle, "xsdMsgDefNamespace": ISO20 });
        self.world.put(Role::EmspOwnPki, SIGN, &body).await
    }

    /// The responses to a car, whose signature and chains hold; what is wrapped in them nobody opens.
    async fn responses(&self, car: &Vehicle20) -> Vec<CertificateInstallationRes> {
        let answer = self.install(car, 9, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let now = self.world.ecosystem.clock.now();
        let checked = |exi: &Vec<u8>| {
            let message = iso20::decode(exi).unwrap();
            assert!(verify_message(&message).is_ok());
            let Body::CertificateInstallationRes(response) = message.body else { panic!("a request") };
            let report = verify_chains(&response, &Anchors::new(car.v2g_roots.clone()), None, now);
            assert!(report.is_ok());
            response
        };
        messages(&answer).iter().map(checked).collect()
    }
}

#[tokio::test]
async fn x448_keys_reach_an_ed448_car_byte_for_byte() {
    let ed448 = Ed448::begin().await;
    let both = &ed448.both;
    // By RFC 7748, and as long as a note of the standard has it.
    let made: Vec<_> = [("DECCCC00000001", 56), ("DECCCC00000002", 57)]
        .map(|(emaid, dh_length)| (ed448.contract(emaid), wrapped(84), wrapped(dh_length)))
        .into();
    for (contract, key, dh_key) in &made {
        let signed = both.sign_wrapped(contract, key, dh_key).await;
        assert_eq!(signed.status, 201, "{}", signed.text);
        // The CPS of the same algorithm, though the other was here first.
        let root = &signed.json()["signedContractData"]["cpsV2GRootCertificateFingerprint"];
        assert_eq!(*root, json!(ed448.v2g_root.fingerprint().to_string()));
    }
    let responses = both.responses(&ed448.car).await;
    assert_eq!(responses.len(), made.len());
    for (response, (contract, key, dh_key)) in responses.iter().zip(&made) {
        let data = &response.signed_installation_data;
        assert_eq!(data.encrypted_private_key, EncryptedPrivateKey::X448(key.clone()));
        assert_eq!((data.ecdh_curve, &data.dh_public_key), (EcdhCurve::X448, dh_key));
        assert_eq!(data.contract_certificate_chain.certificate, contract.certificate.der());
    }
}

#[tokio::test]
async fn tpm_keys_reach_cars_of_either_curve_byte_for_byte() {
    let both = Both::begin().await;
    let (car, _) = both.car(PCID).await;
    let at = both.world.ecosystem.clock.now();
    let contract = both.emsp.leaf(&CONTRACT, "DECCCC00000001", at, &mut rand::rng()).unwrap();
    let (key, dh_key) = (wrapped(206), point());
    assert_eq!(both.sign_wrapped(&contract, &key, &dh_key).await.status, 201);
    let data = both.responses(&car).await.remove(0).signed_installation_data;
    assert_eq!(data.encrypted_private_key, EncryptedPrivateKey::Tpm(key));
    assert_eq!((data.ecdh_curve, data.dh_public_key), (EcdhCurve::Secp521, dh_key));

    let ed448 = Ed448::begin().await;
    let (key, dh_key) = (wrapped(180), wrapped(56));
    let signed = ed448.both.sign_wrapped(&ed448.contract("DECCCC00000001"), &key, &dh_key).await;
    assert_eq!(signed.status, 201, "{}", signed.text);
    let data = ed448.both.responses(&ed448.car).await.remove(0).signed_installation_data;
    assert_eq!(data.encrypted_private_key, EncryptedPrivateKey::Tpm(key));
    assert_eq!((data.ecdh_curve, data.dh_public_key), (EcdhCurve::X448, dh_key));
}

#[tokio::test]
async fn what_does_not_fit_an_ed448_car_is_refused_in_words() {
    let ed448 = Ed448::begin().await;
    let both = &ed448.both;
    let contract = ed448.contract("DECCCC00000001");
    let at = both.world.ecosystem.clock.now();
    let of_other_curve = both.emsp.leaf(&CONTRACT, "DECCCC00000001", at, &mut rand::rng()).unwrap();
    let before = both.world.ecosystem.snapshot().await;
    let (x448, p521) = ((wrapped(84), wrapped(56)), (wrapped(94), point()));
    for (contract, (key, dh_key), problem) in [
        (&of_other_curve, &x448, "contractSignatureEncryptedPrivateKey : "),
        (&contract, &p521, "contractSignatureEncryptedPrivateKey : "),
        (
            &of_other_curve,
            &p521,
            "dHpublickey : is of SECP521, and the car's provisioning certificate has a key of Ed448",
        ),
        (&contract, &(wrapped(84), wrapped(55)), "dHpublickey : must have 133 (secp521r1) or 56 (X448) bytes"),
    ] {
        let answer = both.sign_wrapped(contract, key, dh_key).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.messages()[0].starts_with(problem), "{}", answer.text);
    }
    let answer = both.generate("DEDDDC00000001", PCID).await;
    assert_eq!(answer.status, 400);
    assert!(answer.messages()[0].contains("Ed448") && answer.messages()[0].contains("your own PKI"), "{}", answer.text);
    // Another Ed448 key under the same PCID.
    let (twin, _) = both.new_car(PCID);
    assert_ne!(twin.key.public_key(), ed448.leaf.key.public_key());
    assert_eq!(refused(&both.install(&twin, 1, &[]).await), (400, ResponseCode::WarningCertificateValidationError));
    assert_eq!(before.changed(&both.world.ecosystem.snapshot().await), Vec::<String>::new());
}
