//! One call of an operation, before it is sent.

use crate::ClientError;
use crate::client::MAX_ANSWER;
use opnc_messages::{IsoVersion, Operation};
use reqwest::Url;
use serde::Serialize;

/// An operation with its parameters and body.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    path_parameters: Vec<String>,
    query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) content_type: &'static str,
    /// The most bytes of the answer that are read.
    pub(crate) most: usize,
}

impl Call {
    pub(crate) fn new(operation: Operation) -> Self {
        Self {
            operation,
            path_parameters: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            content_type: "application/json",
            most: MAX_ANSWER,
        }
    }

    /// For answers that may be longer than most.
    pub(crate) fn most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// The value of the next `{parameter}` of the operation's path.
    pub(crate) fn path(mut self, value: impl ToString) -> Self {
        self.path_parameters.push(value.to_string());
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// The parameter for one edition of ISO 15118.
    pub(crate) fn version(self, version: Option<IsoVersion>) -> Self {
        self.query("xsdMsgDefNamespace", version.map(IsoVersion::namespace))
    }

    pub(crate) fn header(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.headers.extend(value.map(|value| (name, value.to_string())));
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, ClientError> {
        self.body = Some(serde_json::to_vec(body).map_err(ClientError::Unwritable)?);
        Ok(self)
    }

    /// A body that is no JSON.
    pub(crate) fn raw(mut self, content_type: &'static str, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.content_type = content_type;
        self
    }

    /// The URL of this call below `base`, with every parameter percent-encoded. `None` when `base` cannot have paths.
    pub(crate) fn url(&self, base: &Url) -> Option<Url> {
        let info = self.operation.info();
        let mut url = base.clone();
        let mut values = self.path_parameters.iter();
        let prefix = info.service.prefix().split('/').chain(info.path.split('/'));
        {
            let mut segments = url.path_segments_mut().ok()?;
            segments.pop_if_empty();
            for segment in prefix.filter(|segment| !segment.is_empty()) {
                let parameter = segment.starts_with('{').then(|| values.next()).flatten();
                segments.push(parameter.map_or(segment, String::as_str));
            }
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str, call: Call) -> String {
        call.url(&Url::parse(base).unwrap()).unwrap().to_string()
    }

    #[test]
    fn parameters_are_percent_encoded() {
        let call = || Call::new(Operation::GetSignedContractDataByEmaidAndPcid).path("DE-8AA/../x?#%").path("ä b");
        let expected = "http://a/opnc/v1/ccp/signedcontractdata/DE-8AA%2F..%2Fx%3F%23%25/%C3%A4%20b";
        assert_eq!(url("http://a", call()), expected);
        assert_eq!(
            url("http://a/", call().query("sessionID", Some("0 &=")).query("none", None::<String>)),
            format!("{expected}?sessionID=0+%26%3D")
        );
    }

    #[test]
    fn a_base_url_may_have_a_path() {
        for base in ["https://a:8443/peer", "https://a:8443/peer/"] {
            let call = Call::new(Operation::GetCpsCertificates);
            assert_eq!(url(base, call), "https://a:8443/peer/opnc/v1/cps/cpsCertificates");
        }
    }
}
