//! The Roles & Rights table of OPNC as data, with the decisions A1 to A8 that settle what it leaves open.
//!
//! Two questions, asked in this order: may this role call the operation at all ([`permit`], before the
//! body is read), and does the identifier belong to the caller ([`own_pcid`], [`own_emaid`], before any look-up,
//! so that an answer never tells whether a foreign record exists: A7).

use opnc_messages::Role;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::operation::Operation;

use crate::{Caller, ServiceError};

/// What the identifiers in a request must have to do with the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// Nothing.
    Any,
    /// The PCID begins with one of the caller's WMIs.
    OwnWmi,
    /// As [`Ownership::OwnWmi`] for an OEM; other roles may ask for any PCID.
    OwnWmiForOem,
    /// The EMAID begins with one of the caller's provider ids.
    OwnProvider,
    /// As [`Ownership::OwnProvider`] for an eMSP; a CPS proves itself by the signature in the message (A4).
    OwnProviderUnlessCps,
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// The operation.
    pub operation: Operation,
    /// Who may call it.
    pub roles: &'static [Role],
    /// With which identifiers.
    pub ownership: Ownership,
}

/// What peer pools pass on for their members: reads, and never a write.
const FORWARDED: &[Operation] = &[
    Op::GetProvisioningCertificate,
    Op::LookUpVehicle,
    Op::GetCpsCertificates,
    Op::GetSignedContractDataByCertificateInstallationReq,
    Op::GetContractDataByEmaid,
    Op::GetContractDataByPcid,
    Op::GetSignedContractDataByEmaidAndPcid,
];

/// What a peer pool may call for itself: the roots, its own webhooks, and whom we may tell it of.
const OF_PEERS: &[Operation] = &[
    Op::GetRootCertificate,
    Op::GetRootCertificates,
    Op::GetEndpoints,
    Op::GetEndpointById,
    Op::PostEndpoint,
    Op::UpdateEndpointById,
    Op::DeleteEndpointById,
    Op::GetPeers,
];

use Operation as Op;
use Ownership::{Any, OwnProvider, OwnProviderUnlessCps, OwnWmi, OwnWmiForOem};
use Role::{Admin, Cpo, Cps, EmspNoPki, EmspOwnPki, Oem};

const EVERY_PARTY: &[Role] = &[Oem, Cpo, EmspOwnPki, EmspNoPki, Cps];
const EVERYBODY: &[Role] = &[Admin, Oem, Cpo, EmspOwnPki, EmspNoPki, Cps];
const EMSPS: &[Role] = &[EmspOwnPki, EmspNoPki];
const WHO_NEEDS_CARS: &[Role] = &[Oem, EmspOwnPki, EmspNoPki, Cps];

/// The table: a row for each operation that is served.
pub const ROWS: &[Row] = &[
    row(Op::GetRootCertificate, EVERYBODY, Any),
    row(Op::GetRootCertificates, EVERYBODY, Any),
    row(Op::PutRootCertificate, &[Admin], Any),
    row(Op::DeleteRootCertificate, &[Admin], Any),
    row(Op::AddProvisioningCertificate, &[Oem], OwnWmi),
    row(Op::DeleteProvisioningCertificate, &[Oem], OwnWmi),
    row(Op::GetProvisioningCertificate, WHO_NEEDS_CARS, OwnWmiForOem),
    row(Op::LookUpVehicle, WHO_NEEDS_CARS, OwnWmiForOem),
    row(Op::GetCpsCertificates, EVERY_PARTY, Any),
    row(Op::SignContractData, &[EmspOwnPki], OwnProvider),
    row(Op::GenerateAndSignContractData, &[EmspNoPki], OwnProvider),
    row(Op::GetSignedContractDataByCertificateInstallationReq, &[Cpo], Any),
    row(Op::DeleteSignedContractDataByEmaid, EMSPS, OwnProvider),
    row(Op::GetContractDataByEmaid, EMSPS, OwnProvider),
    row(Op::GetContractDataByPcid, &[Oem], OwnWmi),
    row(Op::GetSignedContractDataByEmaidAndPcid, &[Oem], OwnWmi),
    row(Op::AddSignedContractData, &[EmspOwnPki, EmspNoPki, Cps], OwnProviderUnlessCps),
    row(Op::SetSignedContractDataAsDefault, &[Oem], OwnWmi),
    row(Op::FactoryReset, &[Oem], OwnWmi),
    // Which roles may ask for which caDomain, and for which subject, is decided by the service.
    row(Op::SimpleEnroll, &[Oem, Cpo, EmspNoPki, Cps], Any),
    row(Op::CaCerts, &[Oem, Cpo, EmspNoPki, Cps], Any),
    row(Op::RevokeCert, &[Oem, Cpo, EmspNoPki], Any),
    row(Op::ResolveTrust, EVERYBODY, Any),
    row(Op::AuthorizeContract, &[Cpo], Any),
    // Own endpoints alone; those of others are not there (A7).
    row(Op::GetEndpoints, EVERY_PARTY, Any),
    row(Op::GetEndpointById, EVERY_PARTY, Any),
    row(Op::PostEndpoint, EVERY_PARTY, Any),
    row(Op::UpdateEndpointById, EVERY_PARTY, Any),
    row(Op::DeleteEndpointById, EVERY_PARTY, Any),
    row(Op::GetTrustBundle, EVERYBODY, Any),
    // For peers themselves, and nobody else.
    row(Op::GetPeers, &[Admin], Any),
];

const fn row(operation: Operation, roles: &'static [Role], ownership: Ownership) -> Row {
    Row { operation, roles, ownership }
}

/// The row of an operation; `None` where nothing is served, which permits nobody.
pub fn row_of(operation: Operation) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.operation == operation)
}

/// Whether a peer pool may call this at all, for itself or for one of its members.
pub(crate) fn is_for_peers(operation: Operation) -> bool {
    FORWARDED.contains(&operation) || OF_PEERS.contains(&operation)
}

/// Refuses a caller whose role or scope does not allow the operation. A peer pool that has named no member is known as one
/// by its role, and may call what is its own.
///
/// # Errors
/// [`ServiceError::Forbidden`], naming the role and the operation.
pub fn permit(caller: &Caller, operation: Operation) -> Result<(), ServiceError> {
    let info = operation.info();
    if caller.peer.is_some() && !is_for_peers(operation) {
        return Err(ServiceError::Forbidden(format!(
            "A peer pool may not call {}: it passes on what others read, and nothing else.",
            info.name
        )));
    }
    let is_open = match caller.role {
        Role::Peer if FORWARDED.contains(&operation) => {
            return Err(ServiceError::Forbidden(format!(
                "A peer pool may call {} for one of its members alone: send OPNC-from-party-type and OPNC-from-party-id.",
                info.name
            )));
        }
        Role::Peer => row_of(operation).is_some(),
        role => row_of(operation).is_some_and(|row| row.roles.contains(&role)),
    };
    if !is_open {
        return Err(ServiceError::Forbidden(format!("The role {} may not call {}.", caller.role.as_str(), info.name)));
    }
    if !caller.scopes.contains(&info.service) {
        return Err(ServiceError::Forbidden(format!(
            "The access token lacks the scope \"{}\" that {} needs.",
            info.service.as_str(),
            info.name
        )));
    }
    Ok(())
}

/// Refuses a PCID that is not the caller's, where the operation asks for that.
///
/// # Errors
/// [`ServiceError::Forbidden`], the same whether a record exists or not.
pub fn own_pcid(caller: &Caller, operation: Operation, pcid: &Pcid) -> Result<(), ServiceError> {
    let must_own = match row_of(operation).map(|row| row.ownership) {
        Some(OwnWmi) => true,
        Some(OwnWmiForOem) => caller.role == Oem,
        _ => false,
    };
    if must_own && !caller.owns_pcid(pcid) {
        return Err(ServiceError::Forbidden(format!("The WMI {} does not belong to the calling party.", pcid.wmi())));
    }
    Ok(())
}

/// Refuses an EMAID that is not the caller's, where the operation asks for that.
///
/// # Errors
/// [`ServiceError::Forbidden`], the same whether a record exists or not.
pub fn own_emaid(caller: &Caller, operation: Operation, emaid: &Emaid) -> Result<(), ServiceError> {
    let must_own = match row_of(operation).map(|row| row.ownership) {
        Some(OwnProvider) => true,
        Some(OwnProviderUnlessCps) => caller.role != Cps,
        _ => false,
    };
    if must_own && !caller.owns_emaid(emaid) {
        return Err(ServiceError::Forbidden(format!(
            "The provider {} does not belong to the calling party.",
            emaid.provider_id()
        )));
    }
    Ok(())
}
