//! One answer of several pools.

use std::collections::HashSet;

use opnc_messages::ccp::{GetContractDataRes, GetSignedContractDataRes};
use opnc_messages::cps::GetCpsCertificatesRes;

use super::{Answer, Question};

/// All answers as one; `None` when there is none.
pub(super) fn merged(question: &Question, answers: Vec<Answer>) -> Option<Answer> {
    let mut answers = answers.into_iter();
    let first = answers.next()?;
    Some(answers.fold(first, |all, more| match (question, all, more) {
        (_, Answer::CpsCertificates(all), Answer::CpsCertificates(more)) => {
            Answer::CpsCertificates(cps_certificates(all, more))
        }
        (_, Answer::Contracts(all), Answer::Contracts(more)) => Answer::Contracts(contracts(all, more)),
        (Question::Installation { asked, .. }, Answer::Signed(mut all), Answer::Signed(more)) => {
            let new = |one: &opnc_messages::SignedContractData, all: &GetSignedContractDataRes| {
                !all.signed_contract_data_collection.iter().any(|known| known.emaid == one.emaid)
            };
            for one in more.signed_contract_data_collection {
                if new(&one, &all) {
                    all.signed_contract_data_collection.push(one);
                }
            }
            // Each was read before, so that it can be written again.
            Answer::Signed(asked.counted(all.clone()).unwrap_or(all))
        }
        (_, all, _) => all,
    }))
}

/// The certificates of both, each once.
pub(crate) fn cps_certificates(mut all: GetCpsCertificatesRes, more: GetCpsCertificatesRes) -> GetCpsCertificatesRes {
    let collection = &mut all.cps_certificate_data_collection;
    let leaf =
        |data: &opnc_messages::cps::CpsCertificateData| data.cps_certificate_chain.certificate.as_bytes().to_vec();
    let known: HashSet<_> = collection.iter().map(leaf).collect();
    collection.extend(more.cps_certificate_data_collection.into_iter().filter(|data| !known.contains(&leaf(data))));
    all
}

/// The contracts of both. For each edition one is the default: that of `all`, where it has one (F3).
pub(crate) fn contracts(mut all: GetContractDataRes, more: GetContractDataRes) -> GetContractDataRes {
    let collection = &mut all.contract_data_collection;
    for mut one in more.contract_data_collection {
        let is_there = collection.iter().any(|known| {
            known.emaid == one.emaid
                && known.iso_version == one.iso_version
                && known.cps_v2g_root_fingerprint == one.cps_v2g_root_fingerprint
        });
        if is_there {
            continue;
        }
        let other_default = |known: &&opnc_messages::ccp::ContractData| {
            known.default_contract && known.iso_version == one.iso_version && known.emaid != one.emaid
        };
        one.default_contract &= collection.iter().find(other_default).is_none();
        collection.push(one);
    }
    all
}
