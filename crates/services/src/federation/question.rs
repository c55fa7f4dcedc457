//! What can be asked of a peer, each question by the method of the client that asks it.

use opnc_client::{Client, ClientError, ContractDataFilter, InstallationOptions, OfflineInstallation};
use opnc_messages::ccp::{GetContractDataRes, GetSignedContractDataReq, GetSignedContractDataRes};
use opnc_messages::cps::GetCpsCertificatesRes;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::operation::{Operation, Service};
use opnc_messages::pcp::GetProvisioningCertificateRes;
use opnc_messages::{IsoVersion, texts};
use opnc_pki::key::sha256;

use crate::ServiceError;
use crate::ccp::Asked;

/// A question that pools pass on.
#[derive(Debug, Clone)]
pub(crate) enum Question {
    /// GetProvisioningCertificate.
    Provisioning { pcid: Pcid, version: Option<IsoVersion> },
    /// LookUpVehicle.
    Vehicle { pcid: Pcid, version: Option<IsoVersion> },
    /// GetGetCpsCertificatesRes.
    CpsCertificates,
    /// GetContractDataByEmaid.
    ByEmaid { emaid: Emaid, version: Option<IsoVersion>, cps_root: Option<Fingerprint> },
    /// GetContractDataByPcid; with an EMAID because of that contract alone, and as it is now.
    ByPcid { pcid: Pcid, version: Option<IsoVersion>, contract: Option<Emaid> },
    /// GetSignedContractDataByEmaidAndPcid.
    ByEmaidAndPcid { emaid: Emaid, pcid: Pcid, wanted: OfflineInstallation },
    /// GetSignedContractDataByCertificateInstallationReq, and what the car has written into its request.
    Installation { request: GetSignedContractDataReq, asked: Asked },
}

/// What was said to it.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Provisioning(Box<GetProvisioningCertificateRes>),
    /// There is such a car.
    Known,
    CpsCertificates(GetCpsCertificatesRes),
    Contracts(GetContractDataRes),
    Signed(GetSignedContractDataRes),
}

impl Answer {
    /// Its size in bytes, roughly: that of its JSON.
    pub(super) fn size(&self) -> usize {
        let mut bytes = Bytes(0);
        // Counting cannot fail.
        let _ = match self {
            Self::Known => return 0,
            Self::Provisioning(body) => serde_json::to_writer(&mut bytes, body),
            Self::CpsCertificates(body) => serde_json::to_writer(&mut bytes, body),
            Self::Contracts(body) => serde_json::to_writer(&mut bytes, body),
            Self::Signed(body) => serde_json::to_writer(&mut bytes, body),
        };
        bytes.0
    }
}

/// Counts what is written.
struct Bytes(usize);

impl std::io::Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Question {
    /// Asks; `None` when the answer is that there is no such thing.
    pub(super) async fn send(&self, client: &Client) -> Result<Option<Answer>, ClientError> {
        let answered = match self {
            Self::Provisioning { pcid, version } => {
                client.get_provisioning_certificate(pcid, *version, None).await.map(Box::new).map(Answer::Provisioning)
            }
            Self::Vehicle { pcid, version } => {
                return Ok(client.look_up_vehicle(pcid, *version).await?.then_some(Answer::Known));
            }
            Self::CpsCertificates => client.get_cps_certificates().await.map(Answer::CpsCertificates),
            Self::ByEmaid { emaid, version, cps_root } => {
                let filter = ContractDataFilter { iso_version: *version, cps_v2g_root_fingerprint: *cps_root };
                client.get_contract_data_by_emaid(emaid, filter).await.map(Answer::Contracts)
            }
            Self::ByPcid { pcid, version, .. } => {
                client.get_contract_data_by_pcid(pcid, *version).await.map(Answer::Contracts)
            }
            Self::ByEmaidAndPcid { emaid, pcid, wanted } => {
                client.get_signed_contract_data_by_emaid_and_pcid(emaid, pcid, wanted).await.map(Answer::Signed)
            }
            Self::Installation { request, .. } => {
                // What it says to the car in place of a contract, we say ourselves.
                let options = InstallationOptions { always_return_exi: Some(false), broadcast: None };
                let asked = client.get_signed_contract_data_by_certificate_installation_req(request, options);
                asked.await.map(Answer::Signed)
            }
        };
        match answered {
            Ok(answer) => Ok(Some(answer)),
            Err(ClientError::Api { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Provisioning { .. } => Operation::GetProvisioningCertificate,
            Self::Vehicle { .. } => Operation::LookUpVehicle,
            Self::CpsCertificates => Operation::GetCpsCertificates,
            Self::ByEmaid { .. } => Operation::GetContractDataByEmaid,
            Self::ByPcid { .. } => Operation::GetContractDataByPcid,
            Self::ByEmaidAndPcid { .. } => Operation::GetSignedContractDataByEmaidAndPcid,
            Self::Installation { .. } => Operation::GetSignedContractDataByCertificateInstallationReq,
        }
    }

    pub(super) fn service(&self) -> Service {
        self.operation().info().service
    }

    /// The car that it is about.
    pub(super) fn pcid(&self) -> Option<&Pcid> {
        match self {
            Self::Provisioning { pcid, .. } | Self::Vehicle { pcid, .. } | Self::ByPcid { pcid, .. } => Some(pcid),
            Self::ByEmaidAndPcid { pcid, .. } => Some(pcid),
            Self::Installation { asked, .. } => Some(&asked.pcid),
            Self::ByEmaid { .. } | Self::CpsCertificates => None,
        }
    }

    /// The contract that it is about.
    pub(super) fn emaid(&self) -> Option<&Emaid> {
        match self {
            Self::ByEmaid { emaid, .. } | Self::ByEmaidAndPcid { emaid, .. } => Some(emaid),
            Self::ByPcid { contract, .. } => contract.as_ref(),
            Self::Installation { asked, .. } => asked.chosen.as_ref(),
            _ => None,
        }
    }

    /// Whether the answers of several pools belong together, so that all are waited for.
    pub(super) fn merges(&self) -> bool {
        match self {
            Self::CpsCertificates | Self::ByPcid { .. } => true,
            Self::Installation { request, .. } => request.iso_version == IsoVersion::Iso20,
            _ => false,
        }
    }

    /// Whether a good answer serves others who ask the same. What a car asks, it asks once.
    pub(super) fn is_remembered(&self) -> bool {
        !matches!(self, Self::Installation { .. } | Self::ByPcid { contract: Some(_), .. })
    }

    /// Whether it is about nobody who asks, so that a no to one is a no to all: a peer that will not tell says so by
    /// another status (A7).
    pub(super) fn is_of_anybody(&self) -> bool {
        matches!(self, Self::Provisioning { .. } | Self::Vehicle { .. })
    }

    /// Whether an answer has the contract because of which was asked.
    pub(super) fn is_met_by(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::ByPcid { contract: Some(emaid), .. }, Answer::Contracts(said)) => {
                said.contract_data_collection.iter().any(|one| one.emaid == *emaid)
            }
            (Self::Installation { asked, .. }, Answer::Signed(said)) => {
                let said = &said.signed_contract_data_collection;
                asked.chosen.as_ref().is_none_or(|emaid| said.iter().any(|one| one.emaid == *emaid))
            }
            _ => true,
        }
    }

    /// A hash that is the same for the same question.
    pub(super) fn hash(&self, more: &str) -> [u8; 32] {
        let version = |version: &Option<IsoVersion>| version.map_or("-", IsoVersion::as_str);
        let root = |root: &Option<Fingerprint>| root.map(|root| root.to_string()).unwrap_or_default();
        let what = match self {
            Self::Provisioning { pcid, version: iso } | Self::Vehicle { pcid, version: iso } => {
                format!("{} {}", pcid.key(), version(iso))
            }
            Self::ByPcid { pcid, version: iso, contract } => {
                let contract = contract.as_ref().map(Emaid::contract_key).unwrap_or_default();
                format!("{} {} {contract}", pcid.key(), version(iso))
            }
            Self::CpsCertificates => String::new(),
            Self::ByEmaid { emaid, version: iso, cps_root } => {
                format!("{} {} {}", emaid.wire(), version(iso), root(cps_root))
            }
            Self::ByEmaidAndPcid { emaid, pcid, wanted } => {
                let session = wanted.session_id.as_ref().map(ToString::to_string).unwrap_or_default();
                let (iso, root) = (version(&wanted.iso_version), root(&wanted.cps_v2g_root_fingerprint));
                format!("{} {} {session} {iso} {root}", emaid.wire(), pcid.key())
            }
            Self::Installation { request, asked } => {
                let exi = sha256(request.certificate_installation_req.as_bytes());
                let chosen = asked.chosen.as_ref().map(Emaid::contract_key).unwrap_or_default();
                format!("{} {} {chosen}", request.iso_version.as_str(), hex::encode(exi))
            }
        };
        sha256(format!("{}\n{what}\n{more}", self.operation().info().name).as_bytes())
    }

    /// The refusal when nobody has it.
    pub(crate) fn missing(&self) -> ServiceError {
        match self {
            Self::Provisioning { .. } | Self::Vehicle { .. } => {
                ServiceError::NotFound(texts::PROVISIONING_CERTIFICATE_NOT_FOUND.to_owned())
            }
            Self::Installation { asked, .. } => asked.missing(),
            _ => ServiceError::NotFound(texts::CONTRACT_NOT_FOUND.to_owned()),
        }
    }
}
