//! Reads bits and octets from a byte slice, and knows where it is.

use super::shift;
use crate::{Error, ErrorKind};

/// A position in an input. Every read is checked against what is left, before anything is allocated.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    bit: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, bit: 0 }
    }

    /// The number of bits read so far.
    pub(crate) fn position(&self) -> usize {
        self.bit
    }

    /// The number of whole octets that are left.
    pub(crate) fn octets_left(&self) -> usize {
        self.bytes.len().saturating_sub(self.bit.div_ceil(8))
    }

    /// Reads an unsigned value of 1 to 24 bits, most significant bit first.
    pub(crate) fn bits(&mut self, width: u32) -> Result<u32, Error> {
        let rest = self.bytes.get(self.bit / 8..).unwrap_or_default();
        let offset = (self.bit % 8) as u32;
        let window = match rest.first_chunk::<4>() {
            Some(word) => u32::from_be_bytes(*word),
            None if (rest.len() as u32 * 8) < offset + width => return Err(self.error(ErrorKind::EndOfInput)),
            None => {
                rest.iter().zip([24, 16, 8]).fold(0, |window, (octet, shift)| window | (u32::from(*octet) << shift))
            }
        };
        self.bit += width as usize;
        Ok((window << offset) >> (32 - width))
    }

    /// Reads whole octets.
    pub(crate) fn octets(&mut self, length: usize) -> Result<Vec<u8>, Error> {
        if length > self.octets_left() {
            return Err(self.error(ErrorKind::EndOfInput));
        }
        let rest = self.bytes.get(self.bit / 8..).unwrap_or_default();
        self.bit += length * 8;
        let offset = (self.bit % 8) as u32;
        match rest.split_first() {
            Some((first, rest)) if offset > 0 => {
                let mut octets = Vec::with_capacity(length);
                let source = rest.get(..length).unwrap_or_default();
                shift::append(&mut octets, first & (0xff >> offset), 8 - offset, source);
                Ok(octets)
            }
            _ => Ok(rest.get(..length).unwrap_or_default().to_vec()),
        }
    }

    /// Ends a document: nothing but zero bits up to the next octet, and no octet after it.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        let left = self.octets_left();
        let padding = (8 - self.bit % 8) % 8;
        if padding > 0 {
            let start = self.bit;
            if self.bits(padding as u32)? != 0 {
                return Err(Error { kind: ErrorKind::Padding, bit: start });
            }
        }
        if left > 0 { Err(self.error(ErrorKind::TrailingBytes(left))) } else { Ok(()) }
    }

    /// An error about what comes next.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, bit: self.bit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_cross_octets() {
        let mut reader = Reader::new(&[0b1010_0110, 0b1100_0011]);
        assert_eq!(reader.bits(3), Ok(0b101));
        assert_eq!(reader.bits(9), Ok(0b0_0110_1100));
        assert_eq!(reader.bits(4), Ok(0b0011));
        assert_eq!(reader.bits(1), Err(Error { kind: ErrorKind::EndOfInput, bit: 16 }));
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn octets_at_any_offset() {
        let bytes = [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x11, 0x22, 0x33];
        for offset in 1..8_u32 {
            let mut reader = Reader::new(&bytes);
            assert!(reader.bits(offset).is_ok());
            assert_eq!(reader.octets_left(), 10);
            let expected: Vec<u8> =
                bytes.windows(2).map(|pair| (u16::from_be_bytes([pair[0], pair[1]]) << offset >> 8) as u8).collect();
            assert_eq!(reader.octets(10), Ok(expected));
            assert_eq!(reader.octets(1), Err(Error { kind: ErrorKind::EndOfInput, bit: 80 + offset as usize }));
        }
        assert_eq!(Reader::new(&bytes).octets(11), Ok(bytes.to_vec()));
        assert!(Reader::new(&bytes).octets(usize::MAX).is_err());
    }

    #[test]
    fn the_end_is_checked() {
        let after = |bytes: &'static [u8], bits: u32| {
            let mut reader = Reader::new(bytes);
            assert!(reader.bits(bits).is_ok());
            reader.finish()
        };
        assert_eq!(after(&[0b1110_0000], 3), Ok(()));
        assert_eq!(after(&[0b1110_0001], 3), Err(Error { kind: ErrorKind::Padding, bit: 3 }));
        assert_eq!(after(&[0b1110_0000, 0], 3), Err(Error { kind: ErrorKind::TrailingBytes(1), bit: 8 }));
        assert_eq!(after(&[0xff, 0, 0], 8), Err(Error { kind: ErrorKind::TrailingBytes(2), bit: 8 }));
    }
}
