//! Operations of the contract certificate pool.

use crate::call::Call;
use crate::{Client, ClientError};
use opnc_messages::ccp::{
    AddSignedContractDataReq, GetContractDataRes, GetSignedContractDataReq, GetSignedContractDataRes,
};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid, SessionId};
use opnc_messages::{IsoVersion, Operation, header};

/// How a car's request is answered. What is none is left to the pool.
#[derive(Debug, Clone, Copy, Default)]
pub struct InstallationOptions {
    /// Whether errors too come with EXI for the car; the pool's default is yes.
    pub always_return_exi: Option<bool>,
    /// The header `broadcast`: false keeps the pool from asking other ecosystems.
    pub broadcast: Option<bool>,
}

/// Which contracts under an EMAID are wanted; all by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContractDataFilter {
    /// Those of one edition alone.
    pub iso_version: Option<IsoVersion>,
    /// Those that were signed under one V2G root alone.
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
}

/// What an OEM's backend wants in the message for a car.
#[derive(Debug, Clone, Default)]
pub struct OfflineInstallation {
    /// The session ID for the message's header.
    pub session_id: Option<SessionId>,
    /// The edition; ISO 15118-2 by default.
    pub iso_version: Option<IsoVersion>,
    /// The V2G root that it must be signed under.
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
}

const FINGERPRINT: &str = "cpsV2GRootCertificateFingerprint";

impl Client {
    /// The contracts for the car that made this `CertificateInstallationReq`.
    ///
    /// # Errors
    /// See [`ClientError`]; the body of [`ClientError::Api`] may hold an EXI answer for the car.
    pub async fn get_signed_contract_data_by_certificate_installation_req(
        &self,
        request: &GetSignedContractDataReq,
        options: InstallationOptions,
    ) -> Result<GetSignedContractDataRes, ClientError> {
        let call = Call::new(Operation::GetSignedContractDataByCertificateInstallationReq)
            .header(header::ALWAYS_RETURN_EXI, options.always_return_exi)
            .header(header::BROADCAST, options.broadcast)
            .json(request)?;
        self.answer(call).await
    }

    /// Withdraws the contract of an EMAID. `skip_revocation` keeps its certificate from being revoked.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the pool does not have it.
    pub async fn delete_signed_contract_data_by_emaid(
        &self,
        emaid: &Emaid,
        skip_revocation: bool,
    ) -> Result<(), ClientError> {
        let call = Call::new(Operation::DeleteSignedContractDataByEmaid)
            .path(emaid)
            .header(header::SKIP_REVOCATION, skip_revocation.then_some(true));
        self.done(call).await
    }

    /// What the pool has under an EMAID.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_contract_data_by_emaid(
        &self,
        emaid: &Emaid,
        filter: ContractDataFilter,
    ) -> Result<GetContractDataRes, ClientError> {
        let call = Call::new(Operation::GetContractDataByEmaid)
            .path(emaid)
            .version(filter.iso_version)
            .query(FINGERPRINT, filter.cps_v2g_root_fingerprint);
        self.answer(call).await
    }

    /// What the pool has for a car, of one edition or of all.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_contract_data_by_pcid(
        &self,
        pcid: &Pcid,
        iso_version: Option<IsoVersion>,
    ) -> Result<GetContractDataRes, ClientError> {
        let call = Call::new(Operation::GetContractDataByPcid).path(pcid).version(iso_version);
        self.answer(call).await
    }

    /// A contract for an OEM's backend, which brings it into the car itself.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the pool does not have it.
    pub async fn get_signed_contract_data_by_emaid_and_pcid(
        &self,
        emaid: &Emaid,
        pcid: &Pcid,
        options: &OfflineInstallation,
    ) -> Result<GetSignedContractDataRes, ClientError> {
        let call = Call::new(Operation::GetSignedContractDataByEmaidAndPcid)
            .path(emaid)
            .path(pcid)
            .query("sessionID", options.session_id.as_ref())
            .version(options.iso_version)
            .query(FINGERPRINT, options.cps_v2g_root_fingerprint);
        self.answer(call).await
    }

    /// Puts a signed contract into the pool.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn add_signed_contract_data(&self, request: &AddSignedContractDataReq) -> Result<(), ClientError> {
        self.done(Call::new(Operation::AddSignedContractData).json(request)?).await
    }

    /// Makes a contract the one that the car gets.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn set_signed_contract_data_as_default(&self, emaid: &Emaid, pcid: &Pcid) -> Result<(), ClientError> {
        self.done(Call::new(Operation::SetSignedContractDataAsDefault).path(emaid).path(pcid)).await
    }

    /// Takes all contracts out of a car of one's own; its provisioning certificate stays. OPNC has no such operation.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the car has none.
    pub async fn factory_reset(&self, pcid: &Pcid, skip_revocation: bool) -> Result<(), ClientError> {
        let call = Call::new(Operation::FactoryReset)
            .path(pcid)
            .header(header::SKIP_REVOCATION, skip_revocation.then_some(true));
        self.done(call).await
    }
}
