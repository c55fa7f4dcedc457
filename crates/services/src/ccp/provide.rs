//! GetSignedContractDataByEmaidAndPcid: the OEM's backend fetches a contract without the car asking.

use jiff::Timestamp;
use opnc_client::OfflineInstallation;
use opnc_exi::{iso2, iso20};
use opnc_messages::IsoVersion;
use opnc_messages::ccp::GetSignedContractDataRes;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid, SessionId};
use opnc_messages::operation::Operation;
use opnc_pki::contract::iso2::with_session_id;
use opnc_pki::contract::iso20::{Delivery, deliver};
use opnc_store::contracts;

use super::install::seconds;
use super::{contract_not_found, delivered, first_delivery};
use crate::federation::{self, Answer, Question};
use crate::{Caller, Ecosystem, ServiceError, access};

/// What the OEM may narrow the look-up to, and the session to answer into.
#[derive(Debug, Clone, Default)]
pub struct ProvideQuery {
    /// The `SessionID` for the message header; without it the message is given as it is stored.
    pub session_id: Option<SessionId>,
    /// Only this generation of ISO 15118.
    pub version: Option<IsoVersion>,
    /// Only contract data signed under this V2G root.
    pub cps_root: Option<Fingerprint>,
}

/// GetSignedContractDataByEmaidAndPcid.
///
/// # Errors
/// [`ServiceError::NotFound`] when the car has no such contract, [`ServiceError::Forbidden`] for a foreign WMI.
pub async fn by_emaid_and_pcid(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
    query: ProvideQuery,
) -> Result<GetSignedContractDataRes, ServiceError> {
    access::own_pcid(caller, Operation::GetSignedContractDataByEmaidAndPcid, pcid)?;
    let question = || {
        let wanted = OfflineInstallation {
            session_id: query.session_id.clone(),
            iso_version: query.version,
            cps_v2g_root_fingerprint: query.cps_root,
        };
        Ok(Question::ByEmaidAndPcid { emaid: emaid.clone(), pcid: pcid.clone(), wanted })
    };
    let take = |answer| match answer {
        Answer::Signed(found) => Some(found),
        _ => None,
    };
    federation::first(caller, ecosystem, question, own(caller, ecosystem, emaid, pcid, &query), take).await
}

async fn own(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
    query: &ProvideQuery,
) -> Result<GetSignedContractDataRes, ServiceError> {
    let mut found = contracts::of_pair(&mut ecosystem.store().read().await?, emaid, pcid).await?;
    found.retain(|contract| {
        query.version.is_none_or(|version| contract.iso == version)
            && query.cps_root.is_none_or(|root| contract.cps_root == root)
    });
    if found.is_empty() {
        return Err(contract_not_found());
    }
    let anchors = ecosystem.trust_anchors().await?;
    let mut collection = Vec::with_capacity(found.len());
    for contract in &found {
        let message = match &query.session_id {
            Some(session) => prepared(contract.iso, &contract.message, session, ecosystem.now())?,
            None => contract.message.clone(),
        };
        collection.push(delivered(contract, message, &anchors));
    }
    first_delivery::note(caller, ecosystem, &found.iter().collect::<Vec<_>>()).await;
    Ok(GetSignedContractDataRes { signed_contract_data_collection: collection })
}

/// The stored message in the OEM's session; a message of ISO 15118-20 tells the time, too.
pub(super) fn prepared(
    version: IsoVersion,
    message: &[u8],
    session: &SessionId,
    now: Timestamp,
) -> Result<Vec<u8>, ServiceError> {
    match version {
        IsoVersion::Iso2 => in_session(message, session.as_bytes()),
        IsoVersion::Iso20 => {
            // There the session has a fixed length: shorter ones get zeros in front, as numbers do.
            let mut whole = [0; 8];
            let bytes = session.as_bytes();
            for (place, byte) in whole.iter_mut().rev().zip(bytes.iter().rev()) {
                *place = *byte;
            }
            let delivery = Delivery { session_id: whole, timestamp: seconds(now), remaining: 0 };
            in_iso20_session(message, delivery)
        }
    }
}

/// The stored message of ISO 15118-20 with what its signature does not cover.
pub(super) fn in_iso20_session(message: &[u8], delivery: Delivery) -> Result<Vec<u8>, ServiceError> {
    let message = iso20::decode(message).map_err(ServiceError::internal)?;
    iso20::encode(&deliver(message, delivery)).map_err(ServiceError::internal)
}

/// The stored message with another `SessionID` in its header, which the signature does not cover.
pub(super) fn in_session(message: &[u8], session: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let message = iso2::decode(message).map_err(ServiceError::internal)?;
    iso2::encode(&with_session_id(message, session)).map_err(ServiceError::internal)
}
