//! Requests of cars: made, verified, and forged.

use opnc_exi::iso20::{self, Body, CertificateInstallationReq, Header};
use opnc_pki::contract::iso20::{Asked, RequestError, SignError, request_installation, verify_request};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::{Algorithm, Signer, sha512};
use opnc_pki::profile::PROVISIONING;

use super::support::{PCID, World, at};

fn asked() -> Asked {
    Asked { session_id: [7; 8], at: at(), maximum: 3, prioritized_emaids: vec!["DEABCC123456789".to_owned()] }
}

#[test]
fn a_car_of_either_algorithm_asks() {
    for algorithm in [Algorithm::Secp521r1, Algorithm::Ed448] {
        let rng = &mut rand::rng();
        let oem = Hierarchy::new_in(Domain::Oem, "Cars", algorithm, at(), rng).unwrap();
        let car = oem.leaf(&PROVISIONING, PCID, at(), rng).unwrap();
        let roots = vec![oem.root.certificate().clone(); 25];
        let message = request_installation(&car.chain(), &roots, &asked(), &Signer::from(car.key.clone())).unwrap();
        let sent = iso20::decode(&iso20::encode(&message).unwrap()).unwrap();
        let request = verify_request(&sent).unwrap();
        assert_eq!(request.chain, car.chain());
        assert_eq!(request.certificate, car.certificate);
        assert_eq!((request.maximum, request.roots.len(), request.session_id), (3, 20, [7; 8]));
        assert_eq!(request.prioritized_emaids, ["DEABCC123456789"]);
        assert_eq!(message.header.timestamp, u64::try_from(at().as_second()).unwrap());
    }
}

#[test]
fn a_car_of_the_other_edition_does_not_ask() {
    let rng = &mut rand::rng();
    let oem = Hierarchy::new(Domain::Oem, "Cars", at(), rng).unwrap();
    let car = oem.leaf(&PROVISIONING, PCID, at(), rng).unwrap();
    let root = [oem.root.certificate().clone()];
    let refused = request_installation(&car.chain(), &root, &asked(), &Signer::from(car.key.clone())).unwrap_err();
    assert!(matches!(refused, SignError::Algorithm { what: "provisioning", .. }), "{refused}");
}

#[test]
fn forged_requests_are_refused_by_kind() {
    let world = World::new(Algorithm::Secp521r1);
    let roots = [world.v2g.root.certificate().clone()];
    let signer = Signer::from(world.car.key.clone());
    let made = request_installation(&world.car.chain(), &roots, &asked(), &signer).unwrap();
    let changed = |change: &dyn Fn(&mut Header, &mut CertificateInstallationReq)| {
        let mut message = made.clone();
        let Body::CertificateInstallationReq(request) = &mut message.body else { panic!() };
        change(&mut message.header, request);
        verify_request(&message)
    };
    let refused = |change: &dyn Fn(&mut Header, &mut CertificateInstallationReq)| changed(change).unwrap_err();
    fn references(header: &mut Header) -> &mut Vec<opnc_exi::xmldsig::Reference> {
        &mut header.signature.as_mut().unwrap().signed_info.references
    }
    assert_eq!(refused(&|header, _| header.signature = None), RequestError::NotSigned);
    assert_eq!(refused(&|header, _| references(header).clear()), RequestError::References(0));
    for uri in [Some("#ID2"), Some("id1"), Some(""), None] {
        let error = refused(&|header, _| references(header)[0].uri = uri.map(str::to_owned));
        assert!(matches!(error, RequestError::OtherElement { .. }), "{error}");
    }
    let error = refused(&|header, _| references(header)[0].transforms.clear());
    assert!(matches!(error, RequestError::Algorithm(_)), "{error}");
    assert_eq!(refused(&|header, _| references(header)[0].digest_value[0] ^= 1), RequestError::Digest);
    let chain = |request: &mut CertificateInstallationReq, change: &dyn Fn(&mut iso20::CertificateChain)| {
        change(&mut request.oem_provisioning_certificate_chain.chain);
    };
    assert_eq!(refused(&|_, request| chain(request, &|chain| chain.sub_certificates.reverse())), RequestError::Digest);
    let error = refused(&|header, _| header.signature.as_mut().unwrap().signature_value[131] ^= 1);
    assert!(matches!(error, RequestError::Signature(_)), "{error}");
    let error = refused(&|_, request| chain(request, &|chain| chain.certificate.push(0)));
    assert!(matches!(error, RequestError::Certificate(_)), "{error}");
    let error = refused(&|_, request| chain(request, &|chain| chain.sub_certificates[0].push(0)));
    assert!(matches!(error, RequestError::Certificate(_)), "{error}");
    // Somebody else's certificate in it: the digest is made anew, the signature is not.
    let error = refused(&|header, request| {
        chain(request, &|chain| chain.certificate = world.contract.certificate.der().to_vec());
        let signed = &request.oem_provisioning_certificate_chain;
        let fragment = iso20::fragment::oem_provisioning_certificate_chain(signed).unwrap();
        references(header)[0].digest_value = sha512(&fragment).to_vec();
    });
    assert!(matches!(error, RequestError::Signature(_)), "{error}");
    assert_eq!(verify_request(&world.message()).unwrap_err(), RequestError::OtherMessage);
    // What the signature does not cover, as the standard has it.
    let open = changed(&|header, request| {
        header.session_id = [9; 8];
        request.maximum_contract_certificate_chains = 1;
        request.prioritized_emaids.clear();
    });
    assert_eq!(open.unwrap().maximum, 1);
}
