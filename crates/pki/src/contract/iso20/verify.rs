//! Verifies the signature of contract data: everything that the message alone can prove.

use opnc_exi::iso20::{Body, CertificateInstallationRes, Message, Processing, ResponseCode, fragment};
use opnc_exi::xmldsig::Signature;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Emaid;

use super::super::signature;
use super::{Check, Failure, Report, WrappedKey};
use crate::certificate::Certificate;
use crate::key::PublicKey;

/// The one element of a response that is signed, by its name in the schema.
pub const SIGNED_ELEMENT: &str = "SignedInstallationData";

/// Checks response code, EMAID, form of the wrapped key, reference, algorithms, digest, and the signature by the CPS
/// certificate in the message. Whether that certificate can be trusted is for [`super::verify_chains`].
pub fn verify_message(message: &Message) -> Report {
    let mut report = Report::default();
    let response = match response(message) {
        Ok(response) => response,
        Err(failure) => {
            report.add::<()>(Check::Response, Err(failure));
            return report;
        }
    };
    report.add(Check::Response, check_code(response));
    check_contract(response, &mut report);
    let Some(signature) = &message.header.signature else {
        report.add::<()>(Check::Signature, Err(Failure::NotSigned));
        return report;
    };
    report.add(Check::References, check_reference(response, signature));
    match cps_key(response) {
        Ok(key) => check_by_key(response, signature, &key, &mut report),
        Err(failure) => drop(report.add::<()>(Check::Signature, Err(failure))),
    }
    report
}

/// The response inside a message.
pub(super) fn response(message: &Message) -> Result<&CertificateInstallationRes, Failure> {
    match &message.body {
        Body::CertificateInstallationRes(response) => Ok(response),
        Body::CertificateInstallationReq(_) => Err(Failure::OtherMessage),
    }
}

/// The EMAID, which only the contract certificate names.
pub(super) fn emaid(contract: &Certificate) -> Result<Emaid, Failure> {
    let common_name = contract.common_name().unwrap_or_default();
    Emaid::parse(common_name).map_err(|_| Failure::NoEmaid(common_name.to_owned()))
}

/// The wrapped key, of a form that fits curve and contract certificate.
pub(super) fn wrapped_key(
    response: &CertificateInstallationRes,
    contract: &Certificate,
) -> Result<WrappedKey, Failure> {
    let data = &response.signed_installation_data;
    let key = WrappedKey::new(data.ecdh_curve, &data.dh_public_key, data.encrypted_private_key.clone())?;
    key.check_fits(contract)?;
    Ok(key)
}

fn check_code(response: &CertificateInstallationRes) -> Result<(), Failure> {
    if response.response_code != ResponseCode::Ok {
        return Err(Failure::ResponseCode(response.response_code.as_str()));
    }
    match response.evse_processing {
        Processing::Finished => Ok(()),
        other => Err(Failure::Processing(other.as_str())),
    }
}

fn check_contract(response: &CertificateInstallationRes, report: &mut Report) {
    let der = &response.signed_installation_data.contract_certificate_chain.certificate;
    match Certificate::from_der(der) {
        Ok(contract) => {
            report.add(Check::Emaid, emaid(&contract));
            report.add(Check::KeyForm, wrapped_key(response, &contract));
        }
        Err(error) => drop(report.add::<()>(Check::Emaid, Err(Failure::Certificate { whose: "contract", error }))),
    }
}

/// One reference, to the one element that has an `Id`.
fn check_reference(response: &CertificateInstallationRes, signature: &Signature) -> Result<(), Failure> {
    let id = &response.signed_installation_data.id;
    let references = &signature.signed_info.references;
    if let Some(other) = references.iter().find(|reference| !signature::refers_to(reference, id)) {
        return Err(Failure::OtherReference(other.uri.clone().unwrap_or_default()));
    }
    match references.len() {
        0 => Err(Failure::NotReferenced(SIGNED_ELEMENT)),
        1 => Ok(()),
        _ => Err(Failure::ReferencedTwice(SIGNED_ELEMENT)),
    }
}

/// Checks what depends on the key of the CPS, which decides about the algorithms.
fn check_by_key(response: &CertificateInstallationRes, signature: &Signature, key: &PublicKey, report: &mut Report) {
    let algorithms = signature::check_algorithms(&signature.signed_info, key, IsoVersion::Iso20);
    report.add(Check::Algorithms, algorithms.map_err(Failure::from));
    report.add(Check::Digest(SIGNED_ELEMENT), check_digest(response, signature, key));
    report.add(Check::Signature, signature::check_value(signature, key).map_err(Failure::from));
}

fn check_digest(response: &CertificateInstallationRes, signature: &Signature, key: &PublicKey) -> Result<(), Failure> {
    let data = &response.signed_installation_data;
    let mut references = signature.signed_info.references.iter();
    let reference = references
        .find(|reference| signature::refers_to(reference, &data.id))
        .ok_or(Failure::NotReferenced(SIGNED_ELEMENT))?;
    if signature::digest_matches(reference, key, &fragment::signed_installation_data(data)?) {
        Ok(())
    } else {
        Err(Failure::Digest(SIGNED_ELEMENT))
    }
}

fn cps_key(response: &CertificateInstallationRes) -> Result<PublicKey, Failure> {
    let leaf = Certificate::from_der(&response.cps_certificate_chain.certificate)
        .map_err(|error| Failure::Certificate { whose: "CPS", error })?;
    Ok(leaf.public_key().clone())
}
