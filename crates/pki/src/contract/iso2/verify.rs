//! Verifies the signature of contract data: everything that the message alone can prove.

use opnc_exi::iso2::{Body, CertificateInstallationRes, Message, ResponseCode};
use opnc_exi::xmldsig::{Reference, Signature};
use opnc_messages::IsoVersion;

use super::super::signature;
use super::open::contract_emaid;
use super::{Check, Failure, Report, SignedElement};
use crate::certificate::Certificate;
use crate::key::PublicKey;

/// Checks response code, EMAID, references, algorithms, the four digests and the signature by the CPS certificate in the
/// message. Whether that certificate can be trusted is for [`super::verify_chains`].
pub fn verify_message(message: &Message) -> Report {
    let mut report = Report::default();
    let response = match response(message) {
        Ok(response) => response,
        Err(failure) => {
            report.add::<()>(Check::Response, Err(failure));
            return report;
        }
    };
    report.add(Check::Response, check_code(response.response_code));
    report.add(Check::Emaid, check_emaid(response));
    let Some(signature) = &message.header.signature else {
        report.add::<()>(Check::Signature, Err(Failure::NotSigned));
        return report;
    };
    report.add(Check::References, check_references(response, signature));
    match cps_key(response) {
        Ok(key) => check_by_key(response, signature, &key, &mut report),
        Err(failure) => drop(report.add::<()>(Check::Signature, Err(failure))),
    }
    report
}

/// Checks what depends on the key of the CPS, which decides about the algorithms.
fn check_by_key(response: &CertificateInstallationRes, signature: &Signature, key: &PublicKey, report: &mut Report) {
    let algorithms = signature::check_algorithms(&signature.signed_info, key, IsoVersion::Iso2);
    report.add(Check::Algorithms, algorithms.map_err(Failure::from));
    for element in SignedElement::ALL {
        report.add(Check::Digest(element.as_str()), check_digest(element, response, signature, key));
    }
    report.add(Check::Signature, signature::check_value(signature, key).map_err(Failure::from));
}

/// The response inside a message.
pub(super) fn response(message: &Message) -> Result<&CertificateInstallationRes, Failure> {
    match &message.body {
        Body::CertificateInstallationRes(response) => Ok(response),
        _ => Err(Failure::OtherMessage),
    }
}

fn check_code(code: ResponseCode) -> Result<(), Failure> {
    if code == ResponseCode::Ok { Ok(()) } else { Err(Failure::ResponseCode(code.as_str())) }
}

fn check_emaid(response: &CertificateInstallationRes) -> Result<(), Failure> {
    let leaf = Certificate::from_der(&response.contract_signature_cert_chain.certificate)
        .map_err(|error| Failure::Certificate { whose: "contract", error })?;
    contract_emaid(response, &leaf).map(drop)
}

/// Every reference must name one of the four elements, none twice, and no `Id` may be ambiguous: otherwise a reader and
/// a verifier could mean different elements. That none is missing shows with the digests.
fn check_references(response: &CertificateInstallationRes, signature: &Signature) -> Result<(), Failure> {
    let cps_id = response.sa_provisioning_certificate_chain.id.as_deref();
    let mut ids: Vec<&str> = SignedElement::ALL.iter().filter_map(|element| element.id(response)).collect();
    ids.extend(cps_id);
    ids.sort_unstable();
    if let Some(same) = ids.windows(2).find_map(|pair| pair.first().filter(|first| pair.last() == Some(first))) {
        return Err(Failure::SameId((*same).to_owned()));
    }
    let mut seen = Vec::new();
    for reference in &signature.signed_info.references {
        let named = SignedElement::ALL.into_iter().find(|element| refers_to(reference, *element, response));
        let element = named.ok_or_else(|| Failure::OtherReference(reference.uri.clone().unwrap_or_default()))?;
        if seen.contains(&element) {
            return Err(Failure::ReferencedTwice(element.as_str()));
        }
        seen.push(element);
    }
    match SignedElement::ALL.into_iter().find(|element| !seen.contains(element)) {
        Some(missing) => Err(Failure::NotReferenced(missing.as_str())),
        None => Ok(()),
    }
}

fn refers_to(reference: &Reference, element: SignedElement, response: &CertificateInstallationRes) -> bool {
    element.id(response).is_some_and(|id| signature::refers_to(reference, id))
}

fn check_digest(
    element: SignedElement,
    response: &CertificateInstallationRes,
    signature: &Signature,
    key: &PublicKey,
) -> Result<(), Failure> {
    let references = &signature.signed_info.references;
    let reference = references
        .iter()
        .find(|reference| refers_to(reference, element, response))
        .ok_or(Failure::NotReferenced(element.as_str()))?;
    if signature::digest_matches(reference, key, &element.fragment(response)?) {
        Ok(())
    } else {
        Err(Failure::Digest(element.as_str()))
    }
}

fn cps_key(response: &CertificateInstallationRes) -> Result<PublicKey, Failure> {
    let leaf = Certificate::from_der(&response.sa_provisioning_certificate_chain.certificate)
        .map_err(|error| Failure::Certificate { whose: "CPS", error })?;
    Ok(leaf.public_key().clone())
}
