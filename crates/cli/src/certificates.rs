//! Certificates from a file.

use opnc_pki::certificate::{Certificate, chain_from_pem};

use crate::failure::Failure;
use crate::input::{self, Input};

const PEM: &str = "-----BEGIN CERTIFICATE-----";

/// Reads every certificate of a file: PEM with any number of them, or one in DER, or base64 or hex text of either.
pub(crate) fn read(file: &Input) -> Result<Vec<Certificate>, Failure> {
    let content = file.read()?;
    let binary = match input::binary_of_text(&content) {
        Some(binary) if !binary.is_empty() => binary,
        _ => content,
    };
    match std::str::from_utf8(&binary) {
        Ok(text) if text.contains(PEM) => chain_from_pem(text),
        Ok(_) => return Err(file.problem("holds no certificate: neither PEM nor DER, nor the base64 text of either")),
        Err(_) => Certificate::from_der(&binary).map(|certificate| vec![certificate]),
    }
    .map_err(|error| file.problem(error))
}

/// Reads every certificate of several files.
pub(crate) fn read_all(files: &[Input]) -> Result<Vec<Certificate>, Failure> {
    let certificates: Result<Vec<Vec<Certificate>>, Failure> = files.iter().map(read).collect();
    Ok(certificates?.concat())
}
