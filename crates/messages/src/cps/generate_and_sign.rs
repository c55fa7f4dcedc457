//! The request of GenerateAndSignContractData.

use crate::fields::{Body, Fields, Problem};
use crate::ids::{Emaid, Fingerprint, Pcid};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{IsoVersion, date, values};
use jiff::Timestamp;
use serde::Serialize;

/// What contract data are made from for an eMSP without a PKI (`generateAndSignContractDataReq.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateAndSignContractDataReq {
    /// Start of the contract certificate's validity.
    #[serde(serialize_with = "date::serialize")]
    pub contract_begins: Timestamp,
    /// End of the contract certificate's validity, later than its start.
    #[serde(serialize_with = "date::serialize")]
    pub contract_ends: Timestamp,
    /// The contract.
    pub emaid: Emaid,
    /// The car.
    pub pcid: Pcid,
    /// The edition that the car speaks.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// Where the eMSP tells more of the contract. Kept and returned, never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_url: Option<String>,
    /// The V2G root to sign under; the CPS chooses when it is not said.
    #[serde(rename = "cpsV2GRootCertificateFingerprint", skip_serializing_if = "Option::is_none")]
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
    /// The root to issue the contract certificate under; the service chooses when it is not said.
    #[serde(rename = "moRootCertificateFingerprint", skip_serializing_if = "Option::is_none")]
    pub emsp_root_fingerprint: Option<Fingerprint>,
    /// What the eMSP attaches to the contract. Kept and returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<String>,
}

impl Body for GenerateAndSignContractDataReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let begins = fields.required(&["contractBegins"], values::contract_date("contractBegins"));
        let ends = fields.required(&["contractEnds"], values::contract_date("contractEnds"));
        let emaid = fields.required(&["emaid"], values::emaid);
        let pcid = fields.required(&["pcid"], values::pcid);
        let iso_version = fields.required(&["xsdMsgDefNamespace"], values::iso_version);
        let subscription_url = fields.optional(&["subscriptionUrl"], values::url);
        let cps_root = fields.optional(&["cpsV2GRootCertificateFingerprint"], values::fingerprint);
        let emsp_root =
            fields.optional(&["moRootCertificateFingerprint", "emspRootCertificateFingerprint"], values::fingerprint);
        let meta_data = fields.optional(&["metaData", "metadata"], values::text);
        // In whole seconds, as they are written and as certificates have them.
        if begins.zip(ends).is_some_and(|(begins, ends)| ends.as_second() <= begins.as_second()) {
            fields.problem("contractEnds", Problem::about("must be later than contractBegins"));
        }
        Some(Self {
            contract_begins: begins?,
            contract_ends: ends?,
            emaid: emaid?,
            pcid: pcid?,
            iso_version: iso_version?,
            subscription_url,
            cps_v2g_root_fingerprint: cps_root,
            emsp_root_fingerprint: emsp_root,
            meta_data,
        })
    }
}

impl Described for GenerateAndSignContractDataReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "GenerateAndSignContractDataReq",
        about: "A contract to be made, signed and put into the pool.",
        members: &[
            Member::required("contractBegins", Kind::Date),
            Member::required("contractEnds", Kind::Date).about("Later than contractBegins."),
            Member::required("emaid", Kind::Emaid),
            Member::required("pcid", Kind::Pcid),
            Member::required("xsdMsgDefNamespace", Kind::IsoVersion),
            Member::optional("subscriptionUrl", Kind::Url).about("Kept and returned; never fetched."),
            Member::optional("cpsV2GRootCertificateFingerprint", Kind::Fingerprint)
                .about("The V2G root that the CPS is to sign under."),
            Member::optional("moRootCertificateFingerprint", Kind::Fingerprint)
                .also(&["emspRootCertificateFingerprint"])
                .about("The eMSP root that the contract is to hang from."),
            Member::optional("metaData", Kind::Text).also(&["metadata"]).about("Kept and returned."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Problems, parse_body};
    use serde_json::{Value, json};

    fn request() -> Value {
        json!({
            "contractBegins": "2021-05-11T02:00:00.000+02:00",
            "contractEnds": "2022-12-10T11:42:59Z",
            "emaid": "DE8AA001234567",
            "pcid": "DEHUBCOPNCPROVCER",
            "xsdMsgDefNamespace": "urn:iso:std:iso:15118:-20:CommonMessages",
        })
    }

    fn read(body: &Value) -> Result<GenerateAndSignContractDataReq, Problems> {
        parse_body(body.to_string().as_bytes())
    }

    /// B9 and dates: read in any spelling, written in one.
    #[test]
    fn spellings() {
        let written = serde_json::to_value(read(&request()).unwrap()).unwrap();
        assert_eq!(written["contractBegins"], "2021-05-11T00:00:00Z");
        assert_eq!(written["xsdMsgDefNamespace"], "urn:iso:15118:20:2020:MsgDef");
    }

    /// B11: both spellings of the metadata, and the URL stays as it was sent.
    #[test]
    fn metadata() {
        for name in ["metaData", "metadata"] {
            let mut body = request();
            body[name] = json!("anything");
            body["subscriptionUrl"] = json!("https://testemsp.com/subscriptions/v2g");
            let written = serde_json::to_value(read(&body).unwrap()).unwrap();
            assert_eq!(
                (&written["metaData"], &written["subscriptionUrl"]),
                (&json!("anything"), &body["subscriptionUrl"])
            );
        }
    }

    #[test]
    fn all_problems_at_once() {
        let body = json!({
            "contractBegins": "2021-05-11", "contractEnds": "soon", "emaid": "٠", "xsdMsgDefNamespace": 2,
            "subscriptionUrl": "file:///etc/passwd", "moRootCertificateFingerprint": "00", "metaData": {},
        });
        assert_eq!(
            read(&body).unwrap_err(),
            [
                "The contractBegins does not match the specification",
                "The contractEnds does not match the specification",
                r#"emaid : must match "^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$""#,
                "pcid : is required",
                "xsdMsgDefNamespace : must be a string, not a number",
                "subscriptionUrl : must be an http or https URL",
                r#"moRootCertificateFingerprint : must match "^[0-9a-fA-F]{64}$""#,
                "metaData : must be a string, not an object",
            ]
        );
    }

    #[test]
    fn a_contract_ends_after_it_begins() {
        let mut body = request();
        for ends in ["2020-05-11T00:00:00Z", "2021-05-11T00:00:00Z", "2021-05-11T00:00:00.9Z"] {
            body["contractEnds"] = json!(ends);
            assert_eq!(read(&body).unwrap_err(), ["contractEnds : must be later than contractBegins"]);
        }
    }
}
