//! Operations of the root certificate pool.

use crate::call::Call;
use crate::{Client, ClientError};
use opnc_messages::ids::RootId;
use opnc_messages::rcp::{GetRootCertificateRes, GetRootCertificatesRes, PageRequest, RootCertificate};
use opnc_messages::{Operation, RootType, parse_body};

const IF_NONE_MATCH: &str = "if-none-match";

/// Which root certificates are wanted; all by default.
#[derive(Debug, Clone, Default)]
pub struct RootFilter {
    /// Those of one type alone.
    pub pki_type: Option<RootType>,
    /// Those on one trust list alone (`rootCtlList`): an extension of ours.
    pub trust_list: Option<String>,
    /// One page of them alone.
    pub page: Option<PageRequest>,
}

/// Root certificates with the entity tag by which a server knows this list again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// The list.
    pub roots: GetRootCertificatesRes,
    /// Its entity tag (RFC 9110, 8.8.3), when the server gave one.
    pub tag: Option<String>,
}

impl Client {
    /// One root certificate, by UUID or fingerprint.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the pool does not have it.
    pub async fn get_root_certificate(&self, id: &RootId) -> Result<GetRootCertificateRes, ClientError> {
        self.answer(Call::new(Operation::GetRootCertificate).path(id)).await
    }

    /// Root certificates of the pool.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_root_certificates(&self, filter: RootFilter) -> Result<GetRootCertificatesRes, ClientError> {
        let pki_type = filter.pki_type.map(|kind| kind.as_str().to_lowercase());
        let call = Call::new(Operation::GetRootCertificates)
            .query("pkiType", pki_type)
            .query("rootCtlList", filter.trust_list)
            .query("page", filter.page.map(PageRequest::page))
            .query("pageSize", filter.page.map(PageRequest::page_size));
        self.answer(call).await
    }

    /// All root certificates of the pool, unless the list is still the one of this entity tag.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_root_certificates_unless(&self, tag: Option<&str>) -> Result<Option<Tagged>, ClientError> {
        let call = Call::new(Operation::GetRootCertificates).header(IF_NONE_MATCH, tag);
        let Some((body, tag)) = self.unless_known(&call).await? else { return Ok(None) };
        let roots = parse_body(&body).map_err(ClientError::Unreadable)?;
        Ok(Some(Tagged { roots, tag }))
    }

    /// Removes a root certificate from the pool. For the operator of the pool.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the pool does not have it.
    pub async fn delete_root_certificate(&self, id: &RootId) -> Result<(), ClientError> {
        self.done(Call::new(Operation::DeleteRootCertificate).path(id)).await
    }

    /// Puts a root certificate into the pool. For the operator of the pool.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn put_root_certificate(&self, root: &RootCertificate) -> Result<(), ClientError> {
        self.done(Call::new(Operation::PutRootCertificate).json(root)?).await
    }
}
