//! Whether a contract is good: one charge point operator asks the ecosystem, another decides without a network.

use std::path::Path;

use opnc_client::Client;
use opnc_client::trust::{BundleFormat, Selection, Store, StoreError, TrustError};
use opnc_messages::CertificateDer;
use opnc_messages::trust::{AuthorizeContractReq, AuthorizeContractRes, CertificateStatus, ContractState};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{ChainErrorKind, Purpose};
use opnc_pki::contract::iso2::Contract;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::profile;
use opnc_pki::resolve::ResolveError;
use opnc_services::signed_document;

use crate::demo::cast::Cast;
use crate::demo::story::{Outcome, Story};
use crate::failure::Failure;

/// The charge point operator asks whether the contract that the car presents is good.
pub(crate) async fn authorize(story: &mut Story, cast: &Cast, contract: &Contract) -> Result<(), Failure> {
    let outcome = async {
        let answer = ask(&cast.cpo_b, contract).await?;
        let emaid = expect(&answer, CertificateStatus::Accepted, ContractState::Active, contract)?;
        let root = answer.path.last().ok_or("no path came with the answer")?;
        if root.fingerprint != cast.emsp_pki.root.certificate().fingerprint() {
            return Err(format!("the path ends at {}", root.subject));
        }
        Ok(((), format!("{emaid}; valid up to \"{}\", active in the CCP", root.subject)))
    };
    story.step("CPO B", "asks whether the contract that the car presents is good: authorize", outcome.await)
}

/// Its provider ends the contract, and the same question has another answer.
pub(crate) async fn cancelled(story: &mut Story, cast: &Cast, contract: &Contract) -> Result<(), Failure> {
    let outcome = async {
        let deleted = cast.emsp_c.delete_signed_contract_data_by_emaid(&contract.emaid, false).await;
        deleted.map_err(|error| error.to_string())?;
        let answer = ask(&cast.cpo_b, contract).await?;
        Ok(((), expect(&answer, CertificateStatus::ContractCancelled, ContractState::Cancelled, contract)?))
    };
    story.step("CPO B", "asks again when eMSP C has deleted the contract", outcome.await)
}

async fn ask(cpo: &Client, contract: &Contract) -> Result<AuthorizeContractRes, String> {
    let certificates = contract.chain.iter().map(|one| CertificateDer::from(one.der())).collect();
    let request = AuthorizeContractReq { certificates, hash_data: Vec::new(), emaid: None };
    cpo.authorize_contract(&request).await.map_err(|error| error.to_string())
}

/// The answer in words, when it is this one and about this contract.
fn expect(
    answer: &AuthorizeContractRes,
    status: CertificateStatus,
    state: ContractState,
    contract: &Contract,
) -> Result<String, String> {
    let told = answer.emaid.as_ref().map(ToString::to_string).unwrap_or_default();
    let provider = answer.provider_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let reason = answer.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let words = format!("{}{reason}: EMAID {told} of the provider {provider}", answer.certificate_status);
    let right = (answer.certificate_status, answer.contract) == (status, state)
        && answer.emaid.as_ref() == Some(&contract.emaid)
        && answer.provider_id == Some(contract.emaid.provider_id());
    if right { Ok(words) } else { Err(words) }
}

/// Another operator fetches the roots that its stations should hold, and checks who has signed them.
pub(crate) async fn fetch(story: &mut Story, cast: &Cast, file: &Path) -> Result<(), Failure> {
    // What the operator of the ecosystem reads out of `opnc trust keys` to it: another way than the network.
    let told = signed_document::keys(&cast.launched.ecosystem).await.map_err(Failure::service)?;
    let outcome = async {
        let keys = cast.cpo_e.get_trust_keys().await.map_err(|error| error.to_string())?;
        if keys.to_jwks() != told.to_jwks() {
            return Err("the keys are not those that the operator has told".to_owned());
        }
        let selection = Selection { purpose: Some(Purpose::Contract.as_str().to_owned()), ..Selection::default() };
        let text = cast.cpo_e.get_trust_bundle(&selection, BundleFormat::Jws).await;
        let text = text.map_err(|error| error.to_string())?;
        let now = cast.launched.clock.now();
        let mut store = Store::create(file, &text, &keys, now).map_err(|error| error.to_string())?;
        let changed = changed(&text)?;
        match store.update(&changed, now) {
            Err(TrustError::Signature(_)) => {}
            Err(error) => return Err(format!("a changed bundle is refused for another reason: {error}")),
            Ok(()) => return Err("a changed bundle was taken".to_owned()),
        }
        let bundle = store.bundle();
        Ok((
            (),
            format!(
                "{} roots for contracts, version {}, signed by the key that the operator told, good until {:.0}; \
                 with one byte changed it is refused",
                bundle.roots.len(),
                bundle.version,
                bundle.expires
            ),
        ))
    };
    story.step("CPO E", "pins the ecosystem's key and keeps a signed bundle of roots", outcome.await)
}

/// The same document with another byte in the middle of its payload.
fn changed(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut changed = text.to_vec();
    let middle = changed.len() / 2;
    let byte = changed.get_mut(middle).ok_or("the bundle is empty")?;
    *byte = if *byte == b'A' { b'B' } else { b'A' };
    Ok(changed)
}

/// Without a network, all that it has is the file: the contract leads to a root, and a forged one does not.
pub(crate) fn offline(story: &mut Story, cast: &mut Cast, file: &Path, contract: &Contract) -> Result<(), Failure> {
    let now = cast.launched.clock.now();
    let root = cast.emsp_pki.root.certificate().fingerprint();
    let genuine = Store::open(file).map_err(|error| error.to_string()).and_then(|store| {
        let resolved = store.resolve(&contract.chain, Purpose::Contract, now).map_err(|error| error.to_string())?;
        let anchor = resolved.path.anchor();
        let name = anchor.common_name().unwrap_or_default();
        if anchor.fingerprint() != root {
            return Err(format!("the path ends at {name}"));
        }
        Ok(((), format!("{} is valid up to \"{name}\", by the file alone", contract.emaid)))
    });
    story.step("CPO E", "goes offline, and decides about the contract from the bundle", genuine)?;
    let forged = forge(cast, contract)?;
    let outcome = Store::open(file).map_err(|error| error.to_string()).and_then(|store| refuse(&store, &forged, now));
    story.step("CPO E", "is shown a contract with the same names and other keys", outcome)
}

/// The contract once more, from a PKI that carries the names of the real one.
fn forge(cast: &mut Cast, contract: &Contract) -> Result<Vec<Certificate>, Failure> {
    let now = cast.launched.clock.now();
    let pki = Hierarchy::new(Domain::Emsp, &cast.emsp_pki.organization, now, &mut cast.rng);
    let leaf = pki.map_err(Failure::ecosystem)?.leaf(&profile::CONTRACT, &contract.emaid.wire(), now, &mut cast.rng);
    Ok(leaf.map_err(Failure::ecosystem)?.chain())
}

fn refuse(store: &Store, forged: &[Certificate], now: jiff::Timestamp) -> Outcome<()> {
    match store.resolve(forged, Purpose::Contract, now) {
        Ok(_) => Err("it was accepted".to_owned()),
        Err(StoreError::Unresolved(ResolveError::Unresolved(unresolved)))
            if matches!(unresolved.error.kind(), ChainErrorKind::NoAnchor | ChainErrorKind::BadSignature) =>
        {
            Ok(((), format!("refused: {unresolved}")))
        }
        Err(error) => Err(format!("refused for another reason: {error}")),
    }
}

/// A month later, what the file says is too old to be relied on.
pub(crate) fn too_old(story: &mut Story, cast: &Cast, file: &Path, contract: &Contract) -> Result<(), Failure> {
    let now = cast.launched.clock.now();
    let outcome = Store::open(file).map_err(|error| error.to_string()).and_then(|store| {
        match store.resolve(&contract.chain, Purpose::Contract, now) {
            Err(StoreError::Bundle(error @ TrustError::TooOld { .. })) => Ok(((), format!("no answer: {error}"))),
            Err(error) => Err(format!("refused for another reason: {error}")),
            Ok(_) => Err("an answer came from a bundle that has ended".to_owned()),
        }
    });
    story.step("CPO E", "still offline a month later, decides about a contract", outcome)
}
