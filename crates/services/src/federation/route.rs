//! Whom a question goes to: to as few as may know, because EMAIDs and PCIDs are personal data.

use std::sync::Arc;

use opnc_messages::operation::Operation;
use opnc_store::party_identifiers::PartyIdentifier;

use super::Question;
use super::peer::Peer;
use super::registry::Known;

/// The peers to ask, in rounds: a later one is begun only when nobody of those before had an answer.
pub(super) fn rounds(question: &Question, all: &Known, to: Option<&PartyIdentifier>) -> Vec<Vec<Arc<Peer>>> {
    let service = question.service();
    let able: Vec<_> = all.peers.iter().filter(|peer| peer.offers(service)).cloned().collect();
    let speaking_for = |identifier: &PartyIdentifier| -> Vec<_> {
        able.iter().filter(|peer| peer.speaks_for(identifier)).cloned().collect()
    };
    if let Some(to) = to {
        return vec![speaking_for(to)];
    }
    let wmi = question.pcid().map(|pcid| PartyIdentifier::Wmi(pcid.wmi()));
    let provider = question.emaid().map(|emaid| PartyIdentifier::Provider(emaid.provider_id()));
    let known = match (&provider, &wmi) {
        // A contract lies where its provider is.
        (Some(provider), _) => speaking_for(provider),
        (None, Some(wmi)) => speaking_for(wmi),
        (None, None) => Vec::new(),
    };
    let is_ours = match (&provider, &wmi) {
        (Some(provider), _) => all.held_here.contains(provider),
        // Its contracts can be anywhere.
        (None, Some(wmi)) => all.held_here.contains(wmi) && !is_about_contracts_of_a_car(question),
        (None, None) => false,
    };
    if is_ours {
        // What a party of ours does not have here, a peer may have that speaks for it as well, and nobody else.
        return vec![known];
    }
    if known.is_empty() {
        return vec![able];
    }
    if provider.is_some() || !is_about_contracts_of_a_car(question) {
        return vec![known];
    }
    // The maker's pool has the car. Its contracts can be anywhere: with any provider.
    let others = able.into_iter().filter(|peer| !known.iter().any(|one| one.id == peer.id)).collect();
    vec![known, others]
}

fn is_about_contracts_of_a_car(question: &Question) -> bool {
    matches!(
        question.operation(),
        Operation::GetContractDataByPcid | Operation::GetSignedContractDataByCertificateInstallationReq
    )
}
