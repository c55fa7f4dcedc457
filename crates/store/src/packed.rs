//! Texts that share much with others of their kind, kept as what is their own.
//!
//! Two of a kind show what is shared: the runs of bytes that both have. With these as the dictionary of LZ4, what is left of a
//! third one is what no other has: keys, signatures, numbers. Since the dictionary holds nothing that only one text has, it
//! tells nothing of any of them, and can outlive them.

use std::collections::HashMap;

/// The longest text that is packed, and so the most that is ever unpacked.
const LONGEST: usize = 16 * 1024;
/// What is shared by shorter runs is not worth naming.
const RUN: usize = 8;

/// The runs of bytes that both texts have, in order, a zero between two of them: side by side they could look like what
/// stands in one text.
pub(crate) fn common(one: &[u8], other: &[u8]) -> Vec<u8> {
    let places: HashMap<&[u8], usize> = other.windows(RUN).enumerate().map(|(at, run)| (run, at)).collect();
    let (mut shared, mut rest) = (Vec::new(), one);
    while let Some(begin) = rest.get(..RUN) {
        let found = places.get(begin).and_then(|at| other.get(*at..));
        let length = found.map_or(0, |found| rest.iter().zip(found).take_while(|(left, right)| left == right).count());
        let (run, behind) = rest.split_at(length);
        if !shared.is_empty() && length > 0 {
            shared.push(0);
        }
        shared.extend_from_slice(run);
        rest = if length == 0 { rest.get(1..).unwrap_or_default() } else { behind };
    }
    shared
}

/// The text without what is in the dictionary, behind two bytes that say how long it is; `None` when it is too long, would
/// not become shorter, or would not come back as it was.
pub(crate) fn pack(text: &[u8], dictionary: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(text.len()).ok().filter(|_| text.len() <= LONGEST)?;
    let mut packed = length.to_be_bytes().to_vec();
    packed.extend(lz4_flex::block::compress_with_dict(text, dictionary));
    (packed.len() < text.len() && unpack(&packed, dictionary).as_deref() == Some(text)).then_some(packed)
}

/// The text; `None` when this is not what [`pack`] has made with that dictionary.
pub(crate) fn unpack(packed: &[u8], dictionary: &[u8]) -> Option<Vec<u8>> {
    let (length, block) = packed.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > LONGEST {
        return None;
    }
    let text = lz4_flex::block::decompress_with_dict(block, length, dictionary).ok()?;
    (text.len() == length).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two texts of one form, with something of their own of this length in two places.
    fn pair(own: usize) -> (Vec<u8>, Vec<u8>) {
        let form = |seed: u8| {
            let own = |salt: u8| (0..own).map(move |at| (at as u8).wrapping_mul(seed | 1).wrapping_add(seed ^ salt));
            let shared = |salt: u8| (0..200_u8).map(move |at| at.wrapping_mul(37) ^ salt);
            shared(1).chain(own(7)).chain(shared(90)).chain(own(31)).chain(shared(200)).collect()
        };
        (form(0x53), form(0xc6))
    }

    #[test]
    fn what_is_shared_is_found_at_other_places_too() {
        let (one, mut other) = pair(40);
        let whole = common(&one, &other);
        assert!((550..=620).contains(&whole.len()), "{}", whole.len());
        other.splice(100..100, *b"moves the rest");
        assert!((540..=620).contains(&common(&one, &other).len()));
        assert_eq!(common(&one, &one), one);
        for nothing in [(&one[..7], &one[..]), (&one[..], &one[..7]), (&[][..], &[][..])] {
            assert_eq!(common(nothing.0, nothing.1), b"");
        }
    }

    #[test]
    fn what_only_one_text_has_is_not_in_the_dictionary() {
        let shared =
            common(b"issuer of both, DEABC000000017, end of both", b"issuer of both, DEABC000000021, end of both");
        assert_eq!(shared, b"issuer of both, DEABC0000000\0, end of both");
    }

    #[test]
    fn a_text_comes_back_and_takes_little_more_than_its_own() {
        let (one, other) = pair(40);
        let dictionary = common(&one, &other);
        for text in [&one, &other] {
            let packed = pack(text, &dictionary).unwrap();
            assert!(packed.len() < 80 + 60, "{}", packed.len());
            assert_eq!(unpack(&packed, &dictionary).as_ref(), Some(text));
            assert_ne!(unpack(&packed, &dictionary[8..]).as_ref(), Some(text));
            for length in 0..packed.len() {
                assert_ne!(unpack(&packed[..length], &dictionary).as_ref(), Some(text));
            }
        }
        assert_eq!(pack(&vec![7; LONGEST + 1], &dictionary), None, "too long");
        assert_eq!(pack(&one[..7], &[]), None, "no shorter");
        assert_eq!(unpack(&[0xff, 0xff, 0], &dictionary), None, "more than is ever packed");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_packed_comes_back(
            text in proptest::collection::vec(0_u8..6, 0..400),
            other in proptest::collection::vec(0_u8..6, 0..400),
        ) {
            let dictionary = common(&text, &other);
            prop_assert!(dictionary.len() <= text.len() + text.len() / RUN);
            if let Some(packed) = pack(&text, &dictionary) {
                prop_assert_eq!(unpack(&packed, &dictionary), Some(text.clone()));
            }
            drop(unpack(&text, &other));
        }
    }
}
