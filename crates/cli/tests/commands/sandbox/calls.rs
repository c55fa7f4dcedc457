//! What the parties of a sandbox get when they ask, with the credentials that it announces.

use std::path::Path;
use std::sync::Arc;

use opnc_client::{Access, Client, ClientError, InstallationOptions, RootFilter};
use opnc_exi::iso2::{self, Body};
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::ids::Pcid;
use opnc_messages::{Base64Bytes, IsoVersion};
use opnc_pki::SystemClock;
use serde_json::Value;

/// A sandbox's answers. `announced` is the ecosystem of its `sandbox.json`, or that of an earlier start.
pub(crate) struct Calls<'a> {
    announced: &'a Value,
    base_url: &'a str,
    runtime: tokio::runtime::Runtime,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(announced: &'a Value) -> Self {
        Self::at(announced["baseUrl"].as_str().unwrap(), announced)
    }

    /// With the credentials of one start at the address of another.
    pub(crate) fn at(base_url: &'a str, announced: &'a Value) -> Self {
        Self { announced, base_url, runtime: tokio::runtime::Runtime::new().unwrap() }
    }

    fn client(&self, party: &Value) -> Client {
        let text = |field: &str| party[field].as_str().unwrap().to_owned();
        let access = Access::credentials(text("clientId"), text("clientSecret"));
        Client::new(self.base_url, access, Arc::new(SystemClock)).unwrap()
    }

    /// The status that each party gets when it asks for the roots; for a refused token that of the token request.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        let parties = self.announced["parties"].as_array().unwrap().iter();
        let ask = |party| self.runtime.block_on(self.client(party).get_root_certificates(RootFilter::default()));
        parties.map(|party| ask(party).map_or_else(|error| error.status().unwrap(), |_| 200)).collect()
    }

    /// Which contracts each car has, the default one marked with a star, as its maker sees them.
    pub(crate) fn contracts(&self) -> Vec<(String, Vec<String>)> {
        self.cars().into_iter().map(|car| (car.clone(), self.contracts_of(&car))).collect()
    }

    fn cars(&self) -> Vec<String> {
        let vehicles = self.announced["vehicles"].as_array().unwrap().iter();
        vehicles.map(|vehicle| vehicle["pcid"].as_str().unwrap().to_owned()).collect()
    }

    fn contracts_of(&self, car: &str) -> Vec<String> {
        let wmi = Value::from(car.get(..3).unwrap());
        let parties = self.announced["parties"].as_array().unwrap();
        let oem = parties.iter().find(|party| party["ids"].as_array().unwrap().contains(&wmi)).unwrap();
        let asked = self.client(oem);
        let found = match self.runtime.block_on(asked.get_contract_data_by_pcid(&Pcid::parse(car).unwrap(), None)) {
            Err(ClientError::Api { status: 404, .. }) => return Vec::new(),
            found => found.unwrap(),
        };
        let star = |default| if default { "*" } else { "" };
        let mut contracts: Vec<_> = found
            .contract_data_collection
            .iter()
            .map(|contract| format!("{}{}", contract.emaid, star(contract.default_contract)))
            .collect();
        contracts.sort();
        contracts
    }

    /// The certificate of a car's first contract, in DER.
    pub(crate) fn contract_certificate(&self, car: &str) -> Vec<u8> {
        let parties = self.announced["parties"].as_array().unwrap();
        let wmi = Value::from(car.get(..3).unwrap());
        let oem = parties.iter().find(|party| party["ids"].as_array().unwrap().contains(&wmi)).unwrap();
        let asked = self.client(oem);
        let found = self.runtime.block_on(asked.get_contract_data_by_pcid(&Pcid::parse(car).unwrap(), None)).unwrap();
        found.contract_data_collection[0].contract_certificate.as_ref().unwrap().as_bytes().to_vec()
    }

    /// What a charging station gets for each car's request: the response code in the EXI.
    pub(crate) fn installations(&self, directory: &Path) -> Vec<String> {
        self.cars().iter().map(|car| self.install(directory, car)).collect()
    }

    /// The EMAID that a charging station gets for a request as it is posted; the status and words of a refusal.
    pub(crate) fn installation(&self, body: &[u8]) -> String {
        let parties = self.announced["parties"].as_array().unwrap();
        let cpo = self.client(parties.iter().find(|party| party["role"] == "cpo").unwrap());
        let request: GetSignedContractDataReq = opnc_messages::parse_body(body).unwrap();
        let options = InstallationOptions::default();
        let asked = cpo.get_signed_contract_data_by_certificate_installation_req(&request, options);
        match self.runtime.block_on(asked) {
            Ok(answer) => answer.signed_contract_data_collection[0].emaid.to_string(),
            Err(ClientError::Api { status, body, .. }) => format!("{status} {}", body.error_messages.join(" ")),
            Err(error) => panic!("{error}"),
        }
    }

    fn install(&self, directory: &Path, car: &str) -> String {
        let parties = self.announced["parties"].as_array().unwrap();
        let cpo = self.client(parties.iter().find(|party| party["role"] == "cpo").unwrap());
        let exi = std::fs::read(directory.join("vehicles").join(car).join("installation-req.exi")).unwrap();
        let request = GetSignedContractDataReq {
            certificate_installation_req: Base64Bytes::from(exi),
            iso_version: IsoVersion::Iso2,
            meta_data: None,
        };
        let options = InstallationOptions::default();
        let answer =
            self.runtime.block_on(cpo.get_signed_contract_data_by_certificate_installation_req(&request, options));
        let answer = match answer {
            Ok(answer) => answer.signed_contract_data_collection[0].certificate_installation_res.as_bytes().to_vec(),
            Err(ClientError::Api { body, .. }) => {
                body.signed_contract_data_collection.unwrap()[0].certificate_installation_res.as_bytes().to_vec()
            }
            Err(error) => panic!("{car}: {error}"),
        };
        let message = iso2::decode(&answer).unwrap();
        let Body::CertificateInstallationRes(response) = message.body else { panic!("{car}: another message") };
        response.response_code.as_str().to_owned()
    }
}
