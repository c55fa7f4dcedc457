//! Integer of EXI (section 7.1.5) without a size limit: certificate serial numbers.

use crate::bits::{Reader, Writer};
use crate::integer::{decrement, increment};
use crate::{Error, ErrorKind, Integer};

impl Reader<'_> {
    /// Reads a sign and a magnitude of any length, seven bits per octet, least significant first.
    pub(crate) fn integer(&mut self) -> Result<Integer, Error> {
        let bit = self.position();
        let negative = self.bits(1)? == 1;
        let mut magnitude = Vec::new();
        let (mut pending, mut count) = (0_u32, 0);
        loop {
            let octet = self.bits(8)?;
            if octet == 0 && (count > 0 || !magnitude.is_empty()) {
                return Err(Error { kind: ErrorKind::NonMinimalInteger, bit });
            }
            pending |= (octet & 0x7f) << count;
            count += 7;
            if count >= 8 {
                magnitude.push(pending as u8);
                pending >>= 8;
                count -= 8;
            }
            if octet < 0x80 {
                break;
            }
        }
        magnitude.push(pending as u8);
        magnitude.reverse();
        if negative {
            increment(&mut magnitude);
        }
        Ok(Integer::new(negative, &magnitude))
    }
}

impl Writer {
    /// Writes an integer of any size in its shortest form.
    pub(crate) fn integer(&mut self, value: &Integer) {
        self.bits(u32::from(value.is_negative()), 1);
        let mut magnitude = value.magnitude().to_vec();
        if value.is_negative() {
            decrement(&mut magnitude);
        }
        let mut groups = Vec::with_capacity(magnitude.len() + magnitude.len() / 7 + 1);
        let (mut pending, mut count) = (0_u32, 0);
        for octet in magnitude.iter().rev() {
            pending |= u32::from(*octet) << count;
            count += 8;
            while count >= 7 {
                groups.push(0x80 | (pending & 0x7f) as u8);
                pending >>= 7;
                count -= 7;
            }
        }
        groups.push(0x80 | pending as u8);
        while groups.len() > 1 && groups.last() == Some(&0x80) {
            groups.pop();
        }
        if let Some(last) = groups.last_mut() {
            *last &= 0x7f;
        }
        self.octets(&groups);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Integer) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.bits(0, 7);
        writer.integer(value);
        writer.finish()
    }

    #[test]
    fn the_number_of_bytes_is_the_shortest() {
        let cases: &[(&[u8], &[u8])] = &[
            (&[0x00], &[0, 0x00]),
            (&[0x7f], &[0, 0x7f]),
            (&[0x00, 0x80], &[0, 0x80, 0x01]),
            (&[0x3f, 0xff], &[0, 0xff, 0x7f]),
            (&[0x40, 0x00], &[0, 0x80, 0x80, 0x01]),
            (&[0xff], &[1, 0x00]),
            (&[0x80], &[1, 0x7f]),
            (&[0xff, 0x00], &[1, 0xff, 0x01]),
        ];
        for (signed, octets) in cases {
            let value = Integer::from_signed_bytes(signed);
            assert_eq!(written(&value), *octets, "{value}");
        }
    }

    #[test]
    fn every_length_both_ways() {
        for length in 1..40 {
            for first in [0x01, 0x40, 0x7f, 0x80, 0x81, 0xff] {
                let mut octets = vec![0x80; length];
                octets[0] = first;
                for negative in [false, true] {
                    let value = Integer::new(negative, &octets);
                    let bytes = written(&value);
                    let mut reader = Reader::new(&bytes);
                    assert_eq!(reader.bits(7), Ok(0));
                    assert_eq!(reader.integer(), Ok(value));
                    assert_eq!(reader.finish(), Ok(()));
                }
            }
        }
    }

    #[test]
    fn superfluous_octets_are_refused() {
        for octets in [&[0, 0x80, 0x00][..], &[0, 0xff, 0x80, 0x00], &[1, 0x80, 0x00]] {
            let mut reader = Reader::new(octets);
            assert!(reader.bits(7).is_ok());
            assert_eq!(reader.integer(), Err(Error { kind: ErrorKind::NonMinimalInteger, bit: 7 }));
        }
    }
}
