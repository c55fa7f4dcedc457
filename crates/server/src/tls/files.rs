//! PEM files with certificates and keys.

use std::fs;
use std::path::Path;

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::TlsError;

/// The certificates of a file; at least one.
pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = read(file)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(content(file, "there is no certificate in it (PEM)")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(content(file, &format!("it is no well-formed PEM: {error}"))),
    }
}

/// The first private key of a file.
pub(super) fn key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(&read(file)?).map_err(|error| match error {
        PemError::NoItemsFound => content(
            file,
            "there is no private key in it (PEM: PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY, not encrypted)",
        ),
        error => content(file, &format!("it is no well-formed PEM: {error}")),
    })
}

fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    fs::read(file).map(Zeroizing::new).map_err(|source| TlsError::Read { file: file.to_owned(), source })
}

fn content(file: &Path, problem: &str) -> TlsError {
    TlsError::Content { file: file.to_owned(), problem: problem.to_owned() }
}
