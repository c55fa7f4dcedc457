//! What a peer says is checked as if a stranger had said it; each pool knows how.

use super::{Answer, Peer, Question};
use crate::{Ecosystem, ServiceError, ccp, cps, pcp};

/// The answer when it fits the question and everything in it holds; what is derived from certificates is derived here.
pub(super) async fn check(
    ecosystem: &Ecosystem,
    peer: &Peer,
    question: &Question,
    answer: Answer,
) -> Result<Answer, String> {
    let checked = match (question, answer) {
        (Question::Provisioning { pcid, version }, Answer::Provisioning(said)) => {
            pcp::check(ecosystem, pcid, *version, *said).await.map(Box::new).map(Answer::Provisioning)
        }
        // There is nothing that could be wrong with a yes but the yes: whoever uses it asks for the certificate.
        (Question::Vehicle { .. }, Answer::Known) => Ok(Answer::Known),
        (Question::CpsCertificates, Answer::CpsCertificates(said)) => {
            cps::check(ecosystem, said).await.map(Answer::CpsCertificates)
        }
        (Question::ByEmaid { .. } | Question::ByPcid { .. }, Answer::Contracts(said)) => {
            ccp::check_contracts(ecosystem, peer, question, said).await.map(Answer::Contracts)
        }
        (Question::ByEmaidAndPcid { emaid, pcid, wanted }, Answer::Signed(said)) => {
            ccp::check_fetched(ecosystem, peer, (emaid, pcid), wanted, said).await.map(Answer::Signed)
        }
        (Question::Installation { request, asked }, Answer::Signed(said)) => {
            ccp::check_installation(ecosystem, peer, request.iso_version, asked, said).await.map(Answer::Signed)
        }
        _ => Err(ServiceError::invalid("it is the answer to another question")),
    };
    checked.map_err(|error| match error {
        ServiceError::Invalid(problems) => problems.join("; "),
        other => other.to_string(),
    })
}
