//! Request of RevokeCert.

use serde::Serialize;

use super::RevocationReason;
use crate::fields::{Body, Fields, Problem};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateDer, values};

/// A certificate that is to be revoked (`revokeCertificateReq.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeCertificateReq {
    /// The whole certificate.
    pub certificate: CertificateDer,
    /// Why.
    pub revocation_reason: RevocationReason,
}

impl Body for RevokeCertificateReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let certificate = fields.required(&["certificate"], values::certificate("certificate"));
        let reason = fields.required(&["revocationReason"], |value| {
            // The CA's own compromise is not the subscriber's to declare.
            let reason = value.as_str().and_then(RevocationReason::parse);
            reason.filter(|reason| *reason != RevocationReason::CaCompromise).ok_or_else(|| {
                let names =
                    RevocationReason::ALL.into_iter().filter(|reason| *reason != RevocationReason::CaCompromise);
                let names: Vec<_> = names.map(RevocationReason::as_str).collect();
                Problem::about(format!("must be one of {}", names.join(", ")))
            })
        });
        Some(Self { certificate: certificate?, revocation_reason: reason? })
    }
}

impl Described for RevokeCertificateReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "RevokeCertificateReq",
        about: "A certificate that is to be revoked.",
        members: &[
            Member::required("certificate", Kind::Certificate).about("The whole certificate."),
            Member::required(
                "revocationReason",
                Kind::OneOf(&[
                    "unspecified",
                    "keyCompromise",
                    "affiliationChanged",
                    "superseded",
                    "cessationOfOperation",
                    "privilegeWithdrawn",
                    "aACompromise",
                ]),
            )
            .about("Why."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_body;

    #[test]
    fn every_problem_is_named() {
        let read = |text: &str| parse_body::<RevokeCertificateReq>(text.as_bytes());
        let request = read(r#"{"certificate": "AQID", "revocationReason": "keyCompromise"}"#).unwrap();
        assert_eq!(request.revocation_reason, RevocationReason::KeyCompromise);
        assert_eq!(request.certificate.as_bytes(), [1, 2, 3]);
        assert_eq!(read(r#"{"certificate": "?", "revocationReason": "cACompromise"}"#).unwrap_err().len(), 2);
        assert_eq!(read("{}").unwrap_err().len(), 2);
    }
}
