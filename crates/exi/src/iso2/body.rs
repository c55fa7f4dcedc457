//! `Body`: exactly one of the messages of ISO 15118-2.

use super::{CertificateInstallationReq, CertificateInstallationRes, CertificateUpdateReq, CertificateUpdateRes};
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, ErrorKind};

/// The elements that may stand in `Body`, in the order that gives their event codes: all messages of the standard and the
/// abstract element that they stand for.
const ELEMENTS: [&str; 35] = [
    "AuthorizationReq",
    "AuthorizationRes",
    "BodyElement",
    "CableCheckReq",
    "CableCheckRes",
    "CertificateInstallationReq",
    "CertificateInstallationRes",
    "CertificateUpdateReq",
    "CertificateUpdateRes",
    "ChargeParameterDiscoveryReq",
    "ChargeParameterDiscoveryRes",
    "ChargingStatusReq",
    "ChargingStatusRes",
    "CurrentDemandReq",
    "CurrentDemandRes",
    "MeteringReceiptReq",
    "MeteringReceiptRes",
    "PaymentDetailsReq",
    "PaymentDetailsRes",
    "PaymentServiceSelectionReq",
    "PaymentServiceSelectionRes",
    "PowerDeliveryReq",
    "PowerDeliveryRes",
    "PreChargeReq",
    "PreChargeRes",
    "ServiceDetailReq",
    "ServiceDetailRes",
    "ServiceDiscoveryReq",
    "ServiceDiscoveryRes",
    "SessionSetupReq",
    "SessionSetupRes",
    "SessionStopReq",
    "SessionStopRes",
    "WeldingDetectionReq",
    "WeldingDetectionRes",
];
/// One production for each element, and one for the end of an empty body.
const PRODUCTIONS: u32 = ELEMENTS.len() as u32 + 1;
const INSTALLATION_REQ: u32 = 5;
const INSTALLATION_RES: u32 = 6;
const UPDATE_REQ: u32 = 7;
const UPDATE_RES: u32 = 8;

/// The message proper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A car asks for its contract certificate.
    CertificateInstallationReq(CertificateInstallationReq),
    /// The answer to it.
    CertificateInstallationRes(CertificateInstallationRes),
    /// A car asks for a newer contract certificate.
    CertificateUpdateReq(CertificateUpdateReq),
    /// The answer to it.
    CertificateUpdateRes(CertificateUpdateRes),
}

impl Body {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Body, Error> {
        let bit = reader.position();
        let element = reader.event(PRODUCTIONS)?;
        let body = match element {
            INSTALLATION_REQ => Body::CertificateInstallationReq(CertificateInstallationReq::read(reader)?),
            INSTALLATION_RES => Body::CertificateInstallationRes(CertificateInstallationRes::read(reader)?),
            UPDATE_REQ => Body::CertificateUpdateReq(CertificateUpdateReq::read(reader)?),
            UPDATE_RES => Body::CertificateUpdateRes(CertificateUpdateRes::read(reader)?),
            _ => {
                let name = ELEMENTS.get(element as usize);
                return Err(Error {
                    kind: name.map_or(ErrorKind::EmptyBody, |name| ErrorKind::OtherMessage(name)),
                    bit,
                });
            }
        };
        reader.only(1)?; // EE(Body)
        Ok(body)
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        match self {
            Body::CertificateInstallationReq(request) => {
                writer.event(INSTALLATION_REQ, PRODUCTIONS);
                request.write(writer)?;
            }
            Body::CertificateInstallationRes(response) => {
                writer.event(INSTALLATION_RES, PRODUCTIONS);
                response.write(writer)?;
            }
            Body::CertificateUpdateReq(request) => {
                writer.event(UPDATE_REQ, PRODUCTIONS);
                request.write(writer)?;
            }
            Body::CertificateUpdateRes(response) => {
                writer.event(UPDATE_RES, PRODUCTIONS);
                response.write(writer)?;
            }
        }
        writer.only(1);
        Ok(())
    }
}
