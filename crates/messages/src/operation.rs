//! Every operation of OPNC v1, and ours beside them, as one table.
//!
//! Routes, access rows, client methods and conformance cases are each compared with this table, so that none of them can
//! miss an operation.

/// The six services of an OPNC ecosystem, and two of ours. Each has its own path prefix and its own OAuth2 scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Root certificate pool.
    Rcp,
    /// Provisioning certificate pool.
    Pcp,
    /// Certificate provisioning service.
    Cps,
    /// Contract certificate pool.
    Ccp,
    /// Enrolment and revocation of certificates.
    Pki,
    /// Webhooks.
    Event,
    /// Whom to trust, and why: an extension that OPNC does not have.
    Trust,
    /// What peers tell each other of themselves: an extension as well.
    Federation,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Rcp, Self::Pcp, Self::Cps, Self::Ccp, Self::Pki, Self::Event, Self::Trust, Self::Federation];

    /// Whether OPNC has it.
    pub fn is_official(self) -> bool {
        !matches!(self, Self::Trust | Self::Federation)
    }

    /// The name in paths, scopes and the access table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rcp => "rcp",
            Self::Pcp => "pcp",
            Self::Cps => "cps",
            Self::Ccp => "ccp",
            Self::Pki => "pki",
            Self::Event => "event",
            Self::Trust => "trust",
            Self::Federation => "federation",
        }
    }

    /// Where the operations' paths begin, for example `/opnc/v1/rcp`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Rcp => "/opnc/v1/rcp",
            Self::Pcp => "/opnc/v1/pcp",
            Self::Cps => "/opnc/v1/cps",
            Self::Ccp => "/opnc/v1/ccp",
            Self::Pki => "/opnc/v1/pki",
            Self::Event => "/opnc/v1/event",
            Self::Trust => "/opnc/v1/trust",
            Self::Federation => "/opnc/v1/federation",
        }
    }
}

/// What is known of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// The operation.
    pub operation: Operation,
    /// Its `operationId` in the official file.
    pub id: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Its method name in the access table.
    pub name: &'static str,
    /// The service that it belongs to.
    pub service: Service,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path below the service's prefix, with parameters as `{name}`.
    pub path: &'static str,
    /// The status of a success, as the official file has it.
    pub success: u16,
    /// Whether this program serves it.
    pub served: bool,
}

/// Makes the enum, the list and the table from one row for each operation.
macro_rules! operations {
    ($(#[doc = $doc:literal] $variant:ident = $service:ident $method:literal $path:literal $success:literal, $name:literal, $id:literal, served $served:literal;)*) => {
        /// An operation of OPNC v1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation { $(#[doc = $doc] $variant,)* }

        impl Operation {
            /// All of them, service by service.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Whether OPNC has it; the others are ours.
            pub fn is_official(self) -> bool {
                self.info().service.is_official() && self != Self::FactoryReset
            }

            /// What is known of it.
            pub const fn info(self) -> &'static OperationInfo {
                match self {
                    $(Self::$variant => &OperationInfo {
                        operation: Self::$variant,
                        id: $id,
                        summary: $doc,
                        name: $name,
                        service: Service::$service,
                        method: $method,
                        path: $path,
                        success: $success,
                        served: $served,
                    },)*
                }
            }
        }
    };
}

operations! {
    /// One root certificate of the pool.
    GetRootCertificate = Rcp "GET" "/rootcertificates/{rootCertificateId}" 200, "GetRootCertificate", "getRootCertificateV1", served true;
    /// All root certificates, or those of one type.
    GetRootCertificates = Rcp "GET" "/rootcertificates" 200, "GetRootCertificates", "getRootCertificatesV1", served true;
    /// A root certificate leaves the pool.
    DeleteRootCertificate = Rcp "DELETE" "/rootcertificates/{rootCertificateId}" 200, "DeleteRootCertificate", "deleteRootCertificateV1", served true;
    /// A root certificate enters the pool.
    PutRootCertificate = Rcp "PUT" "/rootcertificates" 200, "PutRootCertificate", "putRootCertificateV1", served true;

    /// An OEM publishes a car's provisioning certificate.
    AddProvisioningCertificate = Pcp "PUT" "/provisioningcertificates" 200, "AddProvisioningCertificate", "addProvisioningCertificateV1", served true;
    /// An OEM withdraws a car's provisioning certificate.
    DeleteProvisioningCertificate = Pcp "DELETE" "/provisioningcertificates/{pcid}" 200, "DeleteProvisioningCertificate", "deleteProvisioningCertificateV1", served true;
    /// The provisioning certificate of a car.
    GetProvisioningCertificate = Pcp "GET" "/provisioningcertificates/{pcid}" 200, "GetProvisioningCertificate", "getProvisioningCertificateV1", served true;
    /// Whether a car has a provisioning certificate in the pool.
    LookUpVehicle = Pcp "GET" "/lookupvehicle/{pcid}" 200, "LookUpVehicle", "lookupVehicleV1", served true;

    /// The certificates that the CPS signs with.
    GetCpsCertificates = Cps "GET" "/cpsCertificates" 200, "GetCpsCertificates", "getCpsCertificatesV1", served true;
    /// The CPS signs contract data that an eMSP made.
    SignContractData = Cps "PUT" "/contractData/sign" 201, "SignContractData", "signContractDataV1", served true;
    /// Contract data are made for an eMSP without a PKI, and signed.
    GenerateAndSignContractData = Cps "PUT" "/contractData/generateandsign" 201, "GenerateAndSignContractData", "generateAndSignContractDataV1", served true;

    /// The answer to a car's `CertificateInstallationReq`.
    GetSignedContractDataByCertificateInstallationReq = Ccp "POST" "/signedcontractdata" 200, "GetSignedContractDataByCertificateInstallationReq", "getSignedContractDataByCertificateInstallationReqV1", served true;
    /// An eMSP withdraws a contract.
    DeleteSignedContractDataByEmaid = Ccp "DELETE" "/signedcontractdata/{emaid}" 200, "DeleteSignedContractDataByEmaid", "deleteSignedContractDataByEmaidV1", served true;
    /// What an eMSP has in the pool under an EMAID.
    GetContractDataByEmaid = Ccp "GET" "/contractData/emaid/{emaid}" 200, "GetContractDataByEmaid", "getContractDataByEmaidV1", served true;
    /// What an OEM's car has in the pool.
    GetContractDataByPcid = Ccp "GET" "/contractData/pcid/{pcid}" 200, "GetContractDataByPcid", "getContractDataByPcidV1", served true;
    /// A contract for an OEM's backend, which brings it into the car itself.
    GetSignedContractDataByEmaidAndPcid = Ccp "GET" "/signedcontractdata/{emaid}/{pcid}" 200, "GetSignedContractDataByEmaidAndPcid", "getSignedContractDataByEmaidAndPcidV1", served true;
    /// Signed contract data enter the pool.
    AddSignedContractData = Ccp "PUT" "/signedcontractdata" 201, "AddSignedContractData", "addSignedContractDataV1", served true;
    /// An OEM chooses the contract that a car installs.
    SetSignedContractDataAsDefault = Ccp "POST" "/signedcontractdata/{emaid}/{pcid}/setdefault" 200, "SetSignedContractDataAsDefault", "setSignedContractDataAsDefaultV1", served true;
    /// An OEM takes all contracts out of a car: a factory reset, which OPNC names and has no operation for.
    FactoryReset = Ccp "DELETE" "/contractData/pcid/{pcid}" 200, "FactoryReset", "factoryResetV1", served true;

    /// A certificate for a signing request (EST). The access table has a row for each `caDomain`.
    SimpleEnroll = Pki "POST" "/est/simpleenroll" 200, "simpleEnroll", "simpleEnrollCertV1", served true;
    /// The CA certificates of a domain (EST). The access table has a row for each `caDomain`.
    CaCerts = Pki "GET" "/est/cacerts" 200, "caCerts", "getCaCertsV1", served true;
    /// A party revokes one of its certificates.
    RevokeCert = Pki "POST" "/pki/revokeCertificate" 200, "RevokeCert", "revokeCertV1", served true;

    /// A party's webhook endpoints.
    GetEndpoints = Event "GET" "/endpoints" 200, "GetEndpoints", "get-webhook-endpoints", served true;
    /// One webhook endpoint.
    GetEndpointById = Event "GET" "/endpoints/{id}" 200, "GetEndpointById", "getEndpointByIdV1", served true;
    /// A party registers a webhook endpoint.
    PostEndpoint = Event "POST" "/endpoints" 201, "PostEndpoint", "postEndpointV1", served true;
    /// A party changes a webhook endpoint.
    UpdateEndpointById = Event "PUT" "/endpoints/{id}" 200, "UpdateEndpointById", "updateEndpointByIdV1", served true;
    /// A party removes a webhook endpoint.
    DeleteEndpointById = Event "DELETE" "/endpoints/{id}" 200, "DeleteEndpointById", "deleteEndpointByIdV1", served true;

    /// Which root a certificate leads to, or why it leads to none.
    ResolveTrust = Trust "POST" "/resolve" 200, "ResolveTrust", "resolveTrustV1", served true;
    /// Whether the contract that a car presents at a charging station is good.
    AuthorizeContract = Trust "POST" "/authorize" 200, "AuthorizeContract", "authorizeContractV1", served true;
    /// The roots that a station, a car or a backend should hold.
    GetTrustBundle = Trust "GET" "/bundle" 200, "GetTrustBundle", "getTrustBundle", served true;

    /// The ecosystems that a peer may be told of, each as it describes itself.
    GetPeers = Federation "GET" "/peers" 200, "GetPeers", "getPeers", served true;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_row_is_of_its_operation_and_unique() {
        for operation in Operation::ALL {
            assert_eq!(operation.info().operation, *operation);
            assert!(operation.info().path.starts_with('/'));
        }
        let routes: BTreeSet<_> =
            Operation::ALL.iter().map(|o| (o.info().service, o.info().method, o.info().path)).collect();
        let ids: BTreeSet<_> = Operation::ALL.iter().map(|o| o.info().id).collect();
        assert_eq!((routes.len(), ids.len()), (Operation::ALL.len(), Operation::ALL.len()));
    }

    #[test]
    fn all_are_served() {
        for operation in Operation::ALL {
            assert!(operation.info().served, "{operation:?}");
        }
    }
}
