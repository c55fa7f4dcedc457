//! Names as X.509 compares them (RFC 5280, 7.1).
//!
//! The same relative names in the same order; their texts without regard to the kind of string, to upper and lower case,
//! and to how much space is where. What is not text counts by its bytes. Composed and decomposed characters, which RFC 4518
//! would take for the same, are different here, as they are for everybody else.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Reader, SliceReader};

use super::name::text_of;

/// Two names match when these bytes of theirs are the same.
pub(super) fn canonical(name: &[u8]) -> Result<Vec<u8>, der::Error> {
    let mut all = Vec::with_capacity(name.len());
    let mut list = SliceReader::new(AnyRef::from_der(name)?.value())?;
    while !list.is_finished() {
        let mut parts = Vec::new();
        let mut members = SliceReader::new(list.decode::<AnyRef<'_>>()?.value())?;
        while !members.is_finished() {
            parts.push(members.sequence(|member| {
                let kind: ObjectIdentifier = ObjectIdentifier::decode(member)?;
                let value = AnyRef::decode(member)?;
                let folded = match text_of(value) {
                    Some(text) => fold(&text).into_bytes(),
                    None => value.to_der()?,
                };
                Ok::<_, der::Error>([kind.to_der()?, length(folded.len()), folded].concat())
            })?);
        }
        // A set has no order.
        parts.sort();
        all.extend(length(parts.len()));
        all.extend(parts.concat());
    }
    Ok(all)
}

/// So that no two names run together into the same bytes.
fn length(length: usize) -> Vec<u8> {
    (length as u64).to_be_bytes().to_vec()
}

/// Lower case, without space at the ends, one space for many.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::super::name::Name;

    /// A name of common names, each an encoded string, one relative name after the other.
    fn name(values: &[&str]) -> Name {
        let tlv = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
        let sets: Vec<_> = values
            .iter()
            .map(|value| {
                tlv(0x31, &tlv(0x30, &[hex::decode("0603550403").unwrap(), hex::decode(value).unwrap()].concat()))
            })
            .collect();
        Name::from_der(&tlv(0x30, &sets.concat())).unwrap()
    }

    const UTF8: &str = "0c0448202041"; // "H  A"

    #[test]
    fn kind_case_and_space_make_no_difference() {
        let plain = name(&[UTF8]);
        for same in
            ["1304 48202041", "0c03 682061", "0c05 2068204120", "1e06 004800200041", "1403 482041", "1603 482041"]
        {
            let same = name(&[&same.replace(' ', "")]);
            assert!(plain.matches(&same), "{same:?}");
            assert_ne!(plain, same);
        }
        for other in ["0c02 4841", "0c03 482042", "0403 482041"] {
            assert!(!plain.matches(&name(&[&other.replace(' ', "")])), "{other}");
        }
    }

    #[test]
    fn order_and_number_do() {
        let (a, b) = ("0c0141", "0c0142");
        assert!(name(&[a, b]).matches(&name(&["130161", b])));
        assert!(!name(&[a, b]).matches(&name(&[b, a])));
        assert!(!name(&[a]).matches(&name(&[a, a])));
        assert!(!name(&[]).matches(&name(&[a])));
        assert!(name(&[]).matches(&name(&[])));
    }

    #[test]
    fn what_is_no_text_counts_by_its_bytes() {
        assert!(name(&["0c01ff"]).matches(&name(&["0c01ff"])));
        assert!(!name(&["0c01ff"]).matches(&name(&["0c06233063303166"])));
    }
}
