//! Which contracts answer a request of ISO 15118-20, and in what order: what the car prefers, the OEM's default, the rest
//! by age.

use jiff::Timestamp;
use opnc_messages::ids::Emaid;
use opnc_store::contracts::Contract;

/// A car's contracts, one entry per EMAID, in the order in which the car is to get them.
pub(super) struct Choice {
    in_order: Vec<Ranked>,
    now: Timestamp,
}

struct Ranked {
    contract: Contract,
    /// Its place among the EMAIDs that the car asked for first.
    preferred: Option<usize>,
}

impl Choice {
    /// Orders contract data, which come oldest first. Of several under one EMAID, signed under different roots, one is
    /// taken. EMAIDs in `preferred` that are none of the car's have no effect, so that nobody learns of them.
    pub(super) fn of(found: Vec<Contract>, preferred: &[String], now: Timestamp) -> Self {
        let preferred: Vec<_> = preferred.iter().filter_map(|emaid| Emaid::parse(emaid).ok()).collect();
        let mut in_order: Vec<Ranked> = Vec::new();
        for contract in found {
            match in_order.iter_mut().find(|known| known.contract.emaid == contract.emaid) {
                Some(known) => {
                    if usefulness(&contract, now) > usefulness(&known.contract, now) {
                        known.contract = contract;
                    }
                }
                None => {
                    let preferred = preferred.iter().position(|emaid| *emaid == contract.emaid);
                    in_order.push(Ranked { contract, preferred });
                }
            }
        }
        // Stable: what is equal stays in the order of age.
        in_order.sort_by_key(|one| (one.preferred.unwrap_or(usize::MAX), !one.contract.is_default));
        Self { in_order, now }
    }

    /// The contracts that can be used now. A default that cannot is an error and not a reason for another payer (A8),
    /// unless the car itself has asked for another contract that can.
    ///
    /// # Errors
    /// The contract that cannot be used, whose reason is the answer.
    pub(super) fn made(self) -> Result<Vec<Contract>, Box<Contract>> {
        let now = self.now;
        let asked_for = self.in_order.iter().any(|one| one.preferred.is_some() && one.contract.is_valid_at(now));
        let unusable_default = |one: &Ranked| one.contract.is_default && !one.contract.is_valid_at(now);
        let (usable, unusable): (Vec<_>, Vec<_>) =
            self.in_order.into_iter().partition(|one| one.contract.is_valid_at(now));
        let default = unusable.iter().position(unusable_default);
        if usable.is_empty() || (default.is_some() && !asked_for) {
            let why = unusable.into_iter().nth(default.unwrap_or_default());
            return why.map_or(Ok(Vec::new()), |one| Err(Box::new(one.contract)));
        }
        Ok(usable.into_iter().map(|one| one.contract).collect())
    }
}

/// Usable ones first, then the latest.
fn usefulness(contract: &Contract, now: Timestamp) -> (bool, Timestamp) {
    (contract.is_valid_at(now), contract.updated_at)
}

#[cfg(test)]
mod tests {
    use opnc_messages::IsoVersion;
    use opnc_messages::ids::{Fingerprint, Pcid};
    use uuid::Uuid;

    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    /// A contract that begins on day 0 and ends on another.
    fn contract(number: u8, ends: i64) -> Contract {
        Contract {
            id: Uuid::from_u128(u128::from(number)),
            emaid: Emaid::parse(&format!("DEAAAC0000000{number}")).unwrap(),
            pcid: Pcid::parse("WAA00000000000001").unwrap(),
            iso: IsoVersion::Iso20,
            cps_root: Fingerprint::from([1; 32]),
            leaf_fingerprint: Fingerprint::from([number; 32]),
            leaf: Vec::new(),
            not_before: day(0),
            not_after: day(ends),
            cps_not_after: day(100),
            message: Vec::new(),
            metadata: None,
            subscription_url: None,
            provisioning_key_hash: [0; 32],
            provisioning_chain: None,
            own_ca: false,
            party_id: Uuid::nil(),
            created_at: day(i64::from(number)),
            updated_at: day(i64::from(number)),
            delivered_at: None,
            is_default: number == 2,
        }
    }

    fn made(found: &[Contract], preferred: &[&str]) -> Result<Vec<u128>, u128> {
        let preferred: Vec<_> = preferred.iter().map(|emaid| (*emaid).to_owned()).collect();
        let ids = |contracts: Vec<Contract>| contracts.iter().map(|contract| contract.id.as_u128()).collect();
        Choice::of(found.to_vec(), &preferred, day(10)).made().map(ids).map_err(|one| one.id.as_u128())
    }

    #[test]
    fn preferred_then_the_default_then_by_age() {
        let found = [contract(1, 50), contract(2, 50), contract(3, 50), contract(4, 50)];
        assert_eq!(made(&found, &[]), Ok(vec![2, 1, 3, 4]));
        assert_eq!(made(&found, &["de-aaa-c00000004", "DEAAAC00000003"]), Ok(vec![4, 3, 2, 1]));
    }

    #[test]
    fn emaids_of_others_change_nothing() {
        let found = [contract(1, 50), contract(2, 50)];
        assert_eq!(made(&found, &["DEBBBC00000009", "no EMAID", "DEAAAC00000001"]), Ok(vec![1, 2]));
    }

    #[test]
    fn an_expired_default_is_no_reason_for_another_payer() {
        let found = [contract(1, 50), contract(2, 5), contract(3, 5)];
        assert_eq!(made(&found, &[]), Err(2));
        assert_eq!(made(&found, &["DEAAAC00000003"]), Err(2));
        assert_eq!(made(&found, &["DEAAAC00000001"]), Ok(vec![1]));
    }

    #[test]
    fn what_has_ended_is_left_out_and_the_first_says_why_nothing_is_left() {
        assert_eq!(made(&[contract(1, 5), contract(3, 50)], &[]), Ok(vec![3]));
        assert_eq!(made(&[contract(3, 5), contract(1, 5)], &["DEAAAC00000001"]), Err(1));
        assert_eq!(made(&[], &[]), Ok(vec![]));
    }

    /// Contract data for one EMAID under two roots: the usable ones, else the later ones.
    #[test]
    fn one_answer_for_an_emaid() {
        let later = Contract { id: Uuid::from_u128(9), updated_at: day(9), ..contract(2, 50) };
        assert_eq!(made(&[contract(1, 50), contract(2, 50), later.clone()], &[]), Ok(vec![9, 1]));
        let ended = Contract { not_after: day(5), ..later };
        assert_eq!(made(&[contract(1, 50), contract(2, 50), ended], &[]), Ok(vec![2, 1]));
    }
}
