//! Verifies the signature of contract data: everything that the message alone can prove.

use opnc_exi::iso2::{Body, CertificateInstallationRes, Message, ResponseCode};
use opnc_exi::xmldsig::{Reference, Signature};

use super::open::contract_emaid;
use super::{Check, Failure, Report, SignedElement, signature};
use crate::certificate::Certificate;

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
    report.add(Check::Algorithms, signature::check_algorithms(&signature.signed_info).map_err(Failure::from));
    for element in SignedElement::ALL {
        report.add(Check::Digest(element), check_digest(element, response, signature));
    }
    report.add(Check::Signature, check_signature(response, signature));
    report
}

/// The response inside a message.
pub(super) fn response(message: &Message) -> Result<&CertificateInstallationRes, Failure> {
    match &message.body {
        Body::CertificateInstallationRes(response) => Ok(response),
        _ => Err(Failure::OtherMessage),
    }
}

fn check_code(code: ResponseCode) -> Result<(), Failure> {
    if code == ResponseCode::Ok { Ok(()) } else { Err(Failure::ResponseCode(code)) }
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
            return Err(Failure::ReferencedTwice(element));
        }
        seen.push(element);
    }
    match SignedElement::ALL.into_iter().find(|element| !seen.contains(element)) {
        Some(missing) => Err(Failure::NotReferenced(missing)),
        None => Ok(()),
    }
}

fn refers_to(reference: &Reference, element: SignedElement, response: &CertificateInstallationRes) -> bool {
    let named = reference.uri.as_deref().and_then(|uri| uri.strip_prefix('#'));
    named.is_some() && named == element.id(response)
}

fn check_digest(
    element: SignedElement,
    response: &CertificateInstallationRes,
    signature: &Signature,
) -> Result<(), Failure> {
    let references = &signature.signed_info.references;
    let reference = references
        .iter()
        .find(|reference| refers_to(reference, element, response))
        .ok_or(Failure::NotReferenced(element))?;
    if signature::digest_matches(reference, &element.fragment(response)?) {
        Ok(())
    } else {
        Err(Failure::Digest(element))
    }
}

fn check_signature(response: &CertificateInstallationRes, signature: &Signature) -> Result<(), Failure> {
    let leaf = Certificate::from_der(&response.sa_provisioning_certificate_chain.certificate)
        .map_err(|error| Failure::Certificate { whose: "CPS", error })?;
    Ok(signature::check_value(signature, leaf.public_key())?)
}
