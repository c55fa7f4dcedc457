//! An integer of any size, as certificate serial numbers are.
//!
//! Serial numbers reach 20 octets by RFC 5280 and more in the field, with either sign, so no machine integer holds them.
//! Only what serial numbers need is here: both binary forms, comparison and decimal text.

use std::fmt;

/// An integer of any size. Equal numbers are equal values: there are no leading zeros and no negative zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Integer {
    negative: bool,
    magnitude: Vec<u8>,
}

impl Integer {
    /// From a sign and a big-endian magnitude of any length.
    pub fn new(negative: bool, magnitude: &[u8]) -> Integer {
        let magnitude: Vec<u8> = magnitude.iter().copied().skip_while(|octet| *octet == 0).collect();
        Integer { negative: negative && !magnitude.is_empty(), magnitude }
    }

    /// From big-endian two's complement: the content octets of an ASN.1 INTEGER, as a certificate holds its serial number.
    pub fn from_signed_bytes(octets: &[u8]) -> Integer {
        match octets.first() {
            Some(first) if *first >= 0x80 => {
                let mut magnitude: Vec<u8> = octets.iter().map(|octet| !octet).collect();
                increment(&mut magnitude);
                Integer::new(true, &magnitude)
            }
            _ => Integer::new(false, octets),
        }
    }

    /// The shortest big-endian two's complement, as ASN.1 writes it. Zero is one zero octet.
    pub fn to_signed_bytes(&self) -> Vec<u8> {
        let mut octets = self.magnitude.clone();
        if self.negative {
            decrement(&mut octets);
            octets.iter_mut().for_each(|octet| *octet = !*octet);
        }
        let sign = if self.negative { 0xff } else { 0x00 };
        let first = octets.first().copied();
        if first.is_none_or(|octet| (octet ^ sign) >= 0x80) {
            octets.insert(0, sign);
        } else if first == Some(sign) && octets.get(1).is_some_and(|octet| (octet ^ sign) < 0x80) {
            octets.remove(0);
        }
        octets
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The absolute value, big-endian, without leading zeros; empty for zero.
    pub fn magnitude(&self) -> &[u8] {
        &self.magnitude
    }
}

impl From<u64> for Integer {
    fn from(value: u64) -> Integer {
        Integer::new(false, &value.to_be_bytes())
    }
}

/// The most octets that are shown in decimal. The conversion takes time with the square of the length, and a message may
/// bring any length.
const LONGEST_DECIMAL: usize = 64;

/// Decimal, with a minus sign where negative; a magnitude of more than 64 octets in hex, with `0x` before it.
impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.magnitude.len() > LONGEST_DECIMAL {
            f.write_str(if self.negative { "-0x" } else { "0x" })?;
            return self.magnitude.iter().try_for_each(|octet| write!(f, "{octet:02x}"));
        }
        const CHUNK: u64 = 1_000_000_000;
        // Limbs of nine decimal digits, least significant first: multiply by 256 and add, once per octet.
        let mut limbs: Vec<u64> = vec![0];
        for octet in &self.magnitude {
            let mut carry = u64::from(*octet);
            for limb in &mut limbs {
                let value = *limb * 256 + carry;
                *limb = value % CHUNK;
                carry = value / CHUNK;
            }
            if carry > 0 {
                limbs.push(carry);
            }
        }
        let mut text = String::new();
        for limb in limbs.iter().rev() {
            if text.is_empty() { text += &limb.to_string() } else { text += &format!("{limb:09}") }
        }
        f.pad_integral(!self.negative, "", &text)
    }
}

/// Adds one to a big-endian magnitude.
pub(crate) fn increment(magnitude: &mut Vec<u8>) {
    for octet in magnitude.iter_mut().rev() {
        let (sum, overflow) = octet.overflowing_add(1);
        *octet = sum;
        if !overflow {
            return;
        }
    }
    magnitude.insert(0, 1);
}

/// Takes one from a big-endian magnitude that is not zero. May leave a leading zero octet.
pub(crate) fn decrement(magnitude: &mut [u8]) {
    for octet in magnitude.iter_mut().rev() {
        let (difference, borrow) = octet.overflowing_sub(1);
        *octet = difference;
        if !borrow {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_s_complement_both_ways() {
        let cases: &[(&[u8], &str)] = &[
            (&[0x00], "0"),
            (&[0x7f], "127"),
            (&[0x00, 0x80], "128"),
            (&[0x00, 0xff, 0xff], "65535"),
            (&[0xff], "-1"),
            (&[0x80], "-128"),
            (&[0xff, 0x7f], "-129"),
            (&[0xff, 0x00], "-256"),
            (&[0xfe, 0xff], "-257"),
            (&[0x80, 0x00], "-32768"),
            (&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "9223372036854775807"),
            (
                &[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                "-730750818665451459101842416358141509827966271488",
            ),
        ];
        for (octets, text) in cases {
            let integer = Integer::from_signed_bytes(octets);
            assert_eq!(integer.to_string(), *text);
            assert_eq!(integer.to_signed_bytes(), *octets, "{text}");
        }
    }

    #[test]
    fn equal_numbers_are_equal_values() {
        assert_eq!(Integer::new(false, &[0, 0, 5]), Integer::from(5));
        assert_eq!(Integer::new(true, &[0, 0]), Integer::default());
        assert_eq!(Integer::from_signed_bytes(&[]), Integer::from(0));
        assert_eq!(Integer::from_signed_bytes(&[0xff, 0xff, 0xff]), Integer::new(true, &[1]));
    }

    #[test]
    fn very_long_numbers_are_shown_in_hex() {
        let text = Integer::new(true, &[0xa1; 65]).to_string();
        assert_eq!(text, format!("-0x{}", "a1".repeat(65)));
        assert!(Integer::new(false, &[0xa1; 64]).to_string().parse::<f64>().is_ok_and(|value| value > 1e153));
    }

    #[test]
    fn decimal_text_keeps_inner_zeros() {
        assert_eq!(Integer::from(1_000_000_000_000_000_007).to_string(), "1000000000000000007");
        assert_eq!(Integer::from(u64::MAX).to_string(), u64::MAX.to_string());
    }
}
