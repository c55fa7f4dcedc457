//! Bytes in text: hexadecimal and base64, as leniently as senders in the field write them and no more.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Standard base64 whose padding may be missing: one official pattern asks for it, another leaves it out.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads base64 (standard alphabet), also with line breaks and spaces in it. `None` when it is something else.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        let joined: String = text.split_ascii_whitespace().collect();
        return LENIENT.decode(joined).ok();
    }
    LENIENT.decode(text).ok()
}

/// Base64 with padding, without line breaks.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    LENIENT.encode(bytes)
}

/// Reads hexadecimal digits of any case, either without separators or as pairs with `:` between.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.contains(':') {
        return hex::decode(text).ok();
    }
    text.split(':')
        .map(|pair| hex::decode(pair).ok().filter(|byte| byte.len() == 1))
        .collect::<Option<Vec<_>>>()
        .map(|pairs| pairs.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base64_with_breaks_and_without_padding() {
        assert_eq!(from_base64("AQ ID\r\nBA=="), Some(vec![1, 2, 3, 4]));
        assert_eq!(from_base64("AQIDBA"), Some(vec![1, 2, 3, 4]));
        for wrong in ["AQ*D", "A", "AQID=BA", "AQIDBB==", "-_-_", "AQIDBA==="] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn base64_round_trips(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(from_base64(&to_base64(&bytes)), Some(bytes));
        }
    }
}
