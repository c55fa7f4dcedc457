//! Operations of enrolment (EST) and revocation.

use std::borrow::Cow;

use crate::call::Call;
use crate::{Client, ClientError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::Operation;
use opnc_messages::ids::Fingerprint;
use opnc_messages::pki::{CaName, RevokeCertificateReq};
use opnc_pki::key::Algorithm;
use opnc_pki::{Certificate, pkcs7};

/// Which CA is asked.
#[derive(Debug, Clone)]
pub struct CaChoice {
    /// Domain and sub CA.
    pub name: CaName,
    /// The algorithm of key and chain, which tells the version of ISO 15118 too.
    pub algorithm: Algorithm,
    /// The V2G root above it; the ecosystem chooses when it is not said.
    pub v2g_root: Option<Fingerprint>,
}

impl CaChoice {
    fn ask(&self, operation: Operation) -> Call {
        let prefix = if self.name.prefix.is_empty() { Cow::from("") } else { format!("{}-", self.name.prefix).into() };
        Call::new(operation)
            .query("caDomain", Some(format!("{prefix}{}", self.name.domain)))
            .query("iso15118Version", Some(format!("ISO15118-{}", self.algorithm.version().as_str())))
            .query("algorithm", Some(self.algorithm.as_str()))
            .query("cpoV2GRootCertificateFingerprint", self.v2g_root)
    }
}

impl Client {
    /// A certificate for a signing request (PKCS #10, DER).
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn simple_enroll(&self, ca: &CaChoice, csr: &[u8]) -> Result<Certificate, ClientError> {
        let body = BASE64_STANDARD.encode(csr);
        let call = ca.ask(Operation::SimpleEnroll).raw("application/pkcs10", body.as_bytes());
        let certificates = self.certificates(&call).await?;
        certificates.into_iter().next().ok_or_else(|| unreadable("the answer holds no certificate"))
    }

    /// The CA that issues, those above it, and the root; in no order.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn ca_certs(&self, ca: &CaChoice) -> Result<Vec<Certificate>, ClientError> {
        self.certificates(&ca.ask(Operation::CaCerts)).await
    }

    /// Revokes a certificate of one's own.
    ///
    /// # Errors
    /// See [`ClientError`]; 400 when the ecosystem did not issue it, 403 when it is another party's.
    pub async fn revoke_cert(&self, request: &RevokeCertificateReq) -> Result<(), ClientError> {
        self.done(Call::new(Operation::RevokeCert).json(request)?).await
    }

    async fn certificates(&self, call: &Call) -> Result<Vec<Certificate>, ClientError> {
        let mut text = self.send(call).await?;
        text.retain(|byte| !byte.is_ascii_whitespace());
        let message = BASE64_STANDARD.decode(text).map_err(|_| unreadable("the answer is not base64"))?;
        pkcs7::certificates(&message).map_err(|error| unreadable(&error.to_string()))
    }
}

fn unreadable(problem: &str) -> ClientError {
    ClientError::Unreadable(vec![problem.to_owned()])
}
