//! Whose identifiers are whose: the ecosystems of one sandbox have none in common.

/// How many ecosystems there can be.
pub(crate) const MOST: usize = 3;

/// The identifiers of the first ecosystem's parties, and what the others have in their place.
const OTHERS: [(&str, [&str; MOST - 1]); 9] = [
    ("WAU", ["VF1", "1FA"]),
    ("WVW", ["VR3", "1G1"]),
    ("DEH", ["VFH", "1GH"]),
    ("DECCC", ["FRCCC", "USCCC"]),
    ("DEICE", ["FRICE", "USICE"]),
    ("DEDDD", ["FRDDD", "USDDD"]),
    ("FREEE", ["ITEEE", "CAEEE"]),
    ("NLFFF", ["BEFFF", "MXFFF"]),
    ("DEBBB", ["FRBBB", "USBBB"]),
];

/// What an identifier of the first ecosystem, a PCID or an EMAID is in the ecosystem of this number, 0 being the first.
pub(crate) fn of(number: usize, first: &str) -> String {
    let Some(place) = number.checked_sub(1) else { return first.to_owned() };
    let plain = first.replace('-', "");
    let other = OTHERS.iter().find_map(|(own, others)| {
        let rest = plain.strip_prefix(own)?;
        Some(format!("{}{rest}", others.get(place)?))
    });
    other.unwrap_or_else(|| first.to_owned())
}

/// What the ecosystem of this number is called.
pub(crate) fn name(number: usize) -> String {
    if number == 0 { "sandbox".to_owned() } else { format!("sandbox-{}", number + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_have_one() {
        let all: Vec<String> = (0..MOST).flat_map(|number| OTHERS.map(|(first, _)| of(number, first))).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(of(0, "DE-CCC-C00000002"), "DE-CCC-C00000002");
        assert_eq!(of(1, "DE-CCC-C00000002"), "FRCCCC00000002");
        assert_eq!(of(2, "WAUZZZ8V0KA000001"), "1FAZZZ8V0KA000001");
    }
}
