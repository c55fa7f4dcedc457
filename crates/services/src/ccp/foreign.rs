//! Contracts of other ecosystems' pools: what a peer says of them, checked as a car would, and against what was asked.

use std::sync::Arc;

use opnc_client::OfflineInstallation;
use opnc_messages::ccp::{ContractData, GetContractDataRes, GetSignedContractDataRes};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::{CertificateDer, IsoVersion, SignedContractData};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Purpose, ValidPath};
use opnc_store::party_identifiers::PartyIdentifier;

use super::carried::{Carried, cps_path};
use super::install::Asked;
use super::provide::prepared;
use crate::anchors::TrustAnchors;
use crate::cps::check_curve;
use crate::federation::{Known, Peer, Question};
use crate::trust::issuers_of;
use crate::{Ecosystem, ServiceError, pcp};

/// The most contracts that are taken from one peer for one car or contract.
const MOST: usize = 256;
/// The most CAs between a contract certificate and its root.
const MOST_SUB_CAS: usize = 3;
/// The most CAs that are tried.
const MOST_ABOVE: usize = 32;
/// The longest text that an eMSP of another ecosystem has attached to a contract, in bytes.
const LONGEST_META_DATA: usize = 4096;
/// The longest URL.
const LONGEST_URL: usize = 1000;

/// What a peer has under the EMAID, or for the car, that was asked for: each with a contract certificate that holds, of a
/// provider that the peer may tell of. What does not hold is left out, so that it hides nothing that does.
///
/// # Errors
/// What is wrong with it, when nothing is left.
pub(crate) async fn check_contracts(
    ecosystem: &Ecosystem,
    peer: &Peer,
    question: &Question,
    said: GetContractDataRes,
) -> Result<GetContractDataRes, ServiceError> {
    let asking = Asking::new(ecosystem, peer).await?;
    let mut all = said.contract_data_collection;
    bounded(all.len())?;
    all.retain(|contract| match question {
        Question::ByEmaid { version, cps_root, .. } => {
            version.is_none_or(|version| version == contract.iso_version)
                && cps_root.is_none_or(|root| contract.cps_v2g_root_fingerprint == Some(root))
        }
        Question::ByPcid { version, .. } => version.is_none_or(|version| version == contract.iso_version),
        _ => false,
    });
    let (mut good, mut wrong) = (Vec::new(), None);
    for contract in all {
        match asking.checked(question, contract).await {
            Ok(contract) => good.push(contract),
            Err(error @ ServiceError::Invalid(_)) => wrong = wrong.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    match wrong {
        Some(error) if good.is_empty() => Err(error),
        None if good.is_empty() => Err(ServiceError::invalid("it has nothing of what was asked for")),
        wrong => {
            if wrong.is_some() {
                tracing::warn!("a part of what a peer says of contracts does not hold, and is left out");
            }
            Ok(GetContractDataRes { contract_data_collection: good })
        }
    }
}

/// Whom and in which state of the pool is asked.
struct Asking<'a> {
    ecosystem: &'a Ecosystem,
    anchors: Arc<TrustAnchors>,
    peer: &'a Peer,
    known: Known,
}

impl<'a> Asking<'a> {
    async fn new(ecosystem: &'a Ecosystem, peer: &'a Peer) -> Result<Self, ServiceError> {
        let anchors = ecosystem.trust_anchors().await?;
        let known = ecosystem.federation().registry.peers(ecosystem).await?;
        Ok(Self { ecosystem, anchors, peer, known })
    }

    async fn checked(&self, question: &Question, mut contract: ContractData) -> Result<ContractData, ServiceError> {
        match question {
            Question::ByEmaid { emaid, .. } if contract.emaid != *emaid => {
                return Err(ServiceError::invalid("it has another contract than was asked for"));
            }
            Question::ByPcid { pcid, .. } => same_car(Some(&contract.pcid), pcid)?,
            _ => {}
        }
        self.may_tell_of(&contract.emaid)?;
        let certificate = contract.contract_certificate.as_ref();
        let certificate = certificate.ok_or_else(|| ServiceError::invalid("it has no contract certificate"))?;
        let leaf = read_within(certificate, contract.iso_version)?;
        certificate_of(&contract.emaid, &leaf)?;
        let sent = std::mem::take(&mut contract.contract_sub_cas);
        if sent.len() > MOST_SUB_CAS {
            return Err(ServiceError::invalid(format!("it has {} CAs above a contract certificate", sent.len())));
        }
        let sent = sent.iter().map(|ca| read_within(ca, contract.iso_version)).collect::<Result<Vec<_>, _>>()?;
        let path = self.path(&leaf, sent).await?;
        let chain: Vec<_> = std::iter::once(path.leaf()).chain(path.sub_cas()).cloned().collect();
        pcp::refuse_revoked(self.ecosystem, &self.anchors, self.ecosystem.policy().revocation.ccp, &chain).await?;
        // What stands beside the certificate is informative: it comes from the certificate, or not at all.
        contract.cert_valid_from = Some(leaf.not_before());
        contract.cert_valid_to = Some(leaf.not_after());
        let root = contract.cps_v2g_root_fingerprint.and_then(|root| self.anchors.by_fingerprint.get(&root));
        contract.cps_v2g_root_distinguished_name = root.map(|root| root.subject().to_string());
        self.keep_texts(&contract.emaid, &mut contract.meta_data, &mut contract.subscription_url);
        Ok(contract)
    }

    /// The path of a contract certificate to a root of ours, over CAs that were sent with it or are known here.
    async fn path(&self, leaf: &Certificate, sent: Vec<Certificate>) -> Result<ValidPath, ServiceError> {
        let (anchors, now) = (&self.anchors, self.ecosystem.now());
        let mut above = sent;
        let mut looked = 0;
        loop {
            let error = match chain::verify(leaf, &above, &anchors.contract, Purpose::Contract, now) {
                Ok(path) => return Ok(path),
                Err(error) => error,
            };
            let mut below = vec![leaf.clone()];
            below.extend(above.iter().cloned());
            let mut more = issuers_of(self.ecosystem, anchors, &below).await?;
            more.retain(|ca| !above.contains(ca));
            if looked == MOST_SUB_CAS || more.is_empty() || above.len() + more.len() > MOST_ABOVE {
                return Err(ServiceError::invalid(error.to_string()));
            }
            above.extend(more);
            looked += 1;
        }
    }

    /// Refuses a contract of a provider that a party here has, unless the peer speaks for it as well.
    fn may_tell_of(&self, emaid: &Emaid) -> Result<(), ServiceError> {
        if self.known.may_tell_of(self.peer, emaid) {
            return Ok(());
        }
        Err(ServiceError::invalid(
            "it is a contract of a provider of this ecosystem, for which the peer does not speak",
        ))
    }

    /// Drops texts that are longer than anybody needs, and URLs that are not of who speaks for the provider: nobody can check
    /// them.
    fn keep_texts(&self, emaid: &Emaid, meta_data: &mut Option<String>, url: &mut Option<String>) {
        let is_of_provider = self.peer.speaks_for(&PartyIdentifier::Provider(emaid.provider_id()));
        meta_data.take_if(|text| text.len() > LONGEST_META_DATA);
        url.take_if(|url| !is_of_provider || url.len() > LONGEST_URL || !url.starts_with("https://"));
    }
}

/// The signed contract data that an OEM asked for, ready for its car.
///
/// # Errors
/// What is wrong with them.
pub(crate) async fn check_fetched(
    ecosystem: &Ecosystem,
    peer: &Peer,
    (emaid, pcid): (&Emaid, &Pcid),
    wanted: &OfflineInstallation,
    said: GetSignedContractDataRes,
) -> Result<GetSignedContractDataRes, ServiceError> {
    let asking = Asking::new(ecosystem, peer).await?;
    bounded(said.signed_contract_data_collection.len())?;
    let mut collection = Vec::new();
    for one in said.signed_contract_data_collection {
        if wanted.iso_version.is_some_and(|version| version != one.iso_version) {
            continue;
        }
        let (mut one, root) = asking.signed(one, pcid).await?;
        if one.emaid != *emaid {
            return Err(ServiceError::invalid("it has another contract than was asked for"));
        }
        if wanted.cps_v2g_root_fingerprint.is_some_and(|wanted| wanted != root) {
            continue;
        }
        if let Some(session) = &wanted.session_id {
            let message = one.certificate_installation_res.as_bytes();
            one.certificate_installation_res = prepared(one.iso_version, message, session, ecosystem.now())?.into();
        }
        collection.push(one);
    }
    if collection.is_empty() {
        return Err(ServiceError::invalid("it has nothing of what was asked for"));
    }
    Ok(GetSignedContractDataRes { signed_contract_data_collection: collection })
}

/// The contracts that a car asked for, in its session.
///
/// # Errors
/// What is wrong with them.
pub(crate) async fn check_installation(
    ecosystem: &Ecosystem,
    peer: &Peer,
    version: IsoVersion,
    asked: &Asked,
    said: GetSignedContractDataRes,
) -> Result<GetSignedContractDataRes, ServiceError> {
    let asking = Asking::new(ecosystem, peer).await?;
    let anchors = &asking.anchors;
    let all = said.signed_contract_data_collection;
    if all.is_empty() || all.len() > usize::from(asked.maximum) {
        return Err(ServiceError::invalid(format!(
            "it has {} contracts, and the car takes {}",
            all.len(),
            asked.maximum
        )));
    }
    let mut collection = Vec::new();
    for one in all {
        if one.iso_version != version {
            return Err(ServiceError::invalid("it has messages of another edition of ISO 15118"));
        }
        let (one, root) = asking.signed(one, &asked.pcid).await?;
        if !asked.trusts(&root, anchors) {
            return Err(ServiceError::invalid("it is signed under a V2G root that is not among those the car lists"));
        }
        if let Some(curve) =
            Carried::read(version, one.certificate_installation_res.as_bytes(), anchors, ecosystem.now())?.curve
        {
            check_curve(curve, &asked.leaf)?;
        }
        collection.push(one);
    }
    asked.counted(GetSignedContractDataRes { signed_contract_data_collection: collection })
}

impl Asking<'_> {
    /// A message that a car with our roots accepts, for this car and for the EMAID beside it; and the root of its CPS.
    async fn signed(
        &self,
        mut one: SignedContractData,
        pcid: &Pcid,
    ) -> Result<(SignedContractData, Fingerprint), ServiceError> {
        let (ecosystem, anchors) = (self.ecosystem, &*self.anchors);
        self.may_tell_of(&one.emaid)?;
        same_car(one.pcid.as_ref(), pcid)?;
        let exi = one.certificate_installation_res.as_bytes();
        let carried = Carried::read(one.iso_version, exi, anchors, ecosystem.now())?;
        if !carried.problems.is_empty() {
            return Err(ServiceError::Invalid(carried.problems));
        }
        let cps = cps_path(ecosystem, anchors, &carried)?;
        let contract = carried.contract_chain.iter().map(|der| read(der)).collect::<Result<Vec<_>, _>>()?;
        let leaf = contract.first().ok_or_else(|| ServiceError::invalid("it has no contract certificate"))?;
        certificate_of(&one.emaid, leaf)?;
        if carried.emaid.as_deref().is_some_and(|named| !Emaid::parse(named).is_ok_and(|named| named == one.emaid)) {
            return Err(ServiceError::invalid("the EMAID in the message is not the one beside it"));
        }
        let mode = ecosystem.policy().revocation.ccp;
        let cps_chain: Vec<_> = std::iter::once(cps.leaf()).chain(cps.sub_cas()).cloned().collect();
        for chain in [&contract, &cps_chain] {
            pcp::refuse_revoked(ecosystem, anchors, mode, chain).await?;
        }
        let root = cps.anchor();
        self.keep_texts(&one.emaid, &mut one.meta_data, &mut one.subscription_url);
        one.pcid = Some(pcid.clone());
        one.cps_v2g_root_fingerprint = Some(root.fingerprint());
        one.cps_root_distinguished_name = Some(root.subject().to_string());
        let root = root.fingerprint();
        Ok((one, root))
    }
}

fn same_car(named: Option<&Pcid>, asked: &Pcid) -> Result<(), ServiceError> {
    match named {
        Some(named) if named != asked && !named.is_twin_of(asked) => {
            Err(ServiceError::invalid("it is a contract of another car"))
        }
        _ => Ok(()),
    }
}

fn certificate_of(emaid: &Emaid, certificate: &Certificate) -> Result<(), ServiceError> {
    let name = certificate.common_name().unwrap_or_default();
    if Emaid::parse(name).is_ok_and(|named| named == *emaid) {
        return Ok(());
    }
    Err(ServiceError::invalid("the contract certificate is not that of the EMAID beside it"))
}

fn read_within(der: &CertificateDer, version: IsoVersion) -> Result<Certificate, ServiceError> {
    let size = der.as_bytes().len();
    if size > version.max_certificate_size() {
        return Err(ServiceError::invalid(format!("it has a certificate of {size} bytes")));
    }
    read(der.as_bytes())
}

fn read(der: &[u8]) -> Result<Certificate, ServiceError> {
    Certificate::from_der(der).map_err(|error| ServiceError::invalid(error.to_string()))
}

fn bounded(number: usize) -> Result<(), ServiceError> {
    if number > MOST {
        return Err(ServiceError::invalid(format!("it has {number} contracts")));
    }
    Ok(())
}
