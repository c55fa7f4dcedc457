//! What goes wrong with a peer, in words for the log: they come in part from the peer and from certificates, so what may be a
//! PCID or an EMAID in them becomes a keyed hash, and they have an end.

use opnc_messages::ids::{Emaid, Pcid};

use crate::pseudonym::Pseudonyms;

/// The longest text, in characters.
const LONGEST: usize = 400;

/// The text without identifiers of cars and contracts.
pub(super) fn for_log(text: &str, pseudonyms: &Pseudonyms) -> String {
    let mut plain = String::with_capacity(text.len());
    let text: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    for part in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let rest = part.get(word.len()..).unwrap_or_default();
        match hidden(word, pseudonyms) {
            Some(name) => plain.push_str(&name),
            None => plain.push_str(word),
        }
        plain.push_str(rest);
    }
    plain
}

/// The keyed hash of what may identify a car or a contract. Words of letters alone do not.
fn hidden(word: &str, pseudonyms: &Pseudonyms) -> Option<String> {
    if !word.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let emaid = || Emaid::parse(word).ok().map(|emaid| pseudonyms.of(emaid.contract_key()));
    Pcid::parse(word).ok().map(|pcid| pseudonyms.of(pcid.key())).or_else(emaid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cars_and_contracts_are_hashed_and_the_rest_stays() {
        let pseudonyms = Pseudonyms::new([1; 32], false);
        let said =
            "The certificate \"WAUZZZ8V0KA000005\" expired on 2026-01-01T00:00:00Z; DE-AAA-C00000001-X is not\nit";
        let logged = for_log(said, &pseudonyms);
        assert!(!logged.contains("WAUZZZ") && !logged.contains("C00000001") && !logged.contains('\n'), "{logged}");
        assert!(logged.contains("The certificate \"") && logged.contains("expired on 2026-01-01"), "{logged}");
        assert!(logged.contains(&pseudonyms.of("WAUZZZ8V0KA000005")), "{logged}");
        assert_eq!(for_log(&"x".repeat(1000), &pseudonyms).len(), LONGEST);
    }
}
