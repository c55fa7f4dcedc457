//! Messages with one bit changed.

use opnc_exi::iso2::{self, Body, CertificateInstallationReq, CertificateInstallationRes, Message};
use opnc_exi::xmldsig::Signature;

use crate::run::{Run, run_with, vector_exi};

/// The response among the vectors, with something done to it.
pub(crate) fn response(change: impl FnOnce(&mut CertificateInstallationRes, &mut Signature)) -> Vec<u8> {
    let mut message = iso2::decode(&vector_exi("iso2_CertificateInstallationRes")).unwrap();
    let Message { header, body: Body::CertificateInstallationRes(response) } = &mut message else { unreachable!() };
    change(response, header.signature.as_mut().unwrap());
    iso2::encode(&message).unwrap()
}

/// The request among the vectors, with something done to it.
pub(crate) fn request(change: impl FnOnce(&mut CertificateInstallationReq, &mut Signature)) -> Vec<u8> {
    let mut message = iso2::decode(&vector_exi("iso2_CertificateInstallationReq")).unwrap();
    let Message { header, body: Body::CertificateInstallationReq(request) } = &mut message else { unreachable!() };
    change(request, header.signature.as_mut().unwrap());
    iso2::encode(&message).unwrap()
}

/// Flips the last bit of the last octet.
pub(crate) fn flip(octets: &mut [u8]) {
    *octets.last_mut().unwrap() ^= 1;
}

/// Runs `opnc exi verify` with further arguments on a message.
pub(crate) fn verify(message: &[u8], arguments: &[&str]) -> Run {
    run_with(["exi", "verify", "-"].into_iter().chain(arguments.iter().copied()), message)
}

/// The lines of a verification that begin with a result, without it.
pub(crate) fn lines<'a>(run: &'a Run, result: &str) -> Vec<&'a str> {
    run.stdout.lines().filter_map(|line| line.trim().strip_prefix(result)).map(str::trim).collect()
}
