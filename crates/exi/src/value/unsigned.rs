//! Unsigned Integer of EXI (section 7.1.6): seven bits per octet, least significant first; and the integers of XML Schema
//! with a fixed size.

use crate::bits::{Reader, Writer};
use crate::{Error, ErrorKind};

impl Reader<'_> {
    /// Reads an unsigned integer of at most 64 bits. Superfluous octets are refused: nobody could re-encode them.
    pub(crate) fn unsigned(&mut self) -> Result<u64, Error> {
        self.unsigned_long("a length or character")
    }

    /// Reads an `xs:unsignedLong`.
    pub(crate) fn unsigned_long(&mut self, what: &'static str) -> Result<u64, Error> {
        let bit = self.position();
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let octet = u64::from(self.bits(8)?);
            let group = octet & 0x7f;
            if (group << shift) >> shift != group {
                break;
            }
            value |= group << shift;
            if octet < 0x80 {
                let padded = octet == 0 && shift > 0;
                return if padded { Err(Error { kind: ErrorKind::NonMinimalInteger, bit }) } else { Ok(value) };
            }
        }
        Err(Error { kind: ErrorKind::IntegerRange(what), bit })
    }

    /// Reads an `xs:short`: a sign, then the value, or for negative numbers the value of minus it minus one.
    pub(crate) fn short(&mut self, what: &'static str) -> Result<i16, Error> {
        let bit = self.position();
        let negative = self.bits(1)? == 1;
        let value = i16::try_from(self.unsigned()?).map_err(|_| Error { kind: ErrorKind::IntegerRange(what), bit })?;
        Ok(if negative { !value } else { value })
    }

    /// Reads the content and the end of an element whose type is `xs:unsignedByte`. So small a range is written as bits.
    pub(crate) fn byte_element(&mut self) -> Result<u8, Error> {
        self.only(1)?;
        let value = self.bits(8)?;
        self.only(1)?;
        Ok(value as u8)
    }
}

impl Writer {
    /// Writes an unsigned integer in its shortest form.
    pub(crate) fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bits(0x80 | (value & 0x7f) as u32, 8);
            value >>= 7;
        }
        self.bits(value as u32, 8);
    }

    /// Writes the content and the end of an element whose type is `xs:unsignedByte`.
    pub(crate) fn byte_element(&mut self, value: u8) {
        self.only(1);
        self.bits(value.into(), 8);
        self.only(1);
    }

    /// Writes an `xs:short`.
    pub(crate) fn short(&mut self, value: i16) {
        self.bits(u32::from(value < 0), 1);
        self.unsigned(if value < 0 { !value } else { value }.unsigned_abs().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsigned_both_ways() {
        let cases: &[(u64, &[u8])] = &[
            (0, &[0]),
            (127, &[0x7f]),
            (128, &[0x80, 0x01]),
            (552, &[0xa8, 0x04]),
            (u64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ];
        for (value, octets) in cases {
            let mut writer = Writer::new();
            writer.unsigned(*value);
            assert_eq!(writer.finish(), *octets);
            assert_eq!(Reader::new(octets).unsigned(), Ok(*value));
        }
    }

    #[test]
    fn unsigned_refuses_what_it_would_not_write() {
        let kind = |octets: &[u8]| Reader::new(octets).unsigned().unwrap_err().kind;
        assert_eq!(kind(&[0x80, 0x00]), ErrorKind::NonMinimalInteger);
        assert_eq!(kind(&[0xff, 0x80, 0x00]), ErrorKind::NonMinimalInteger);
        assert_eq!(kind(&[0x80]), ErrorKind::EndOfInput);
        assert!(matches!(kind(&[0xff; 10]), ErrorKind::IntegerRange(_)));
        assert!(matches!(
            kind(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]),
            ErrorKind::IntegerRange(_)
        ));
    }

    #[test]
    fn short_both_ways() {
        for value in [0, 1, -1, 127, 128, -128, -129, i16::MAX, i16::MIN] {
            let mut writer = Writer::new();
            writer.short(value);
            assert_eq!(Reader::new(&writer.finish()).short("x"), Ok(value));
        }
        let mut writer = Writer::new();
        writer.bits(1, 1);
        writer.unsigned(32_768);
        let error = Reader::new(&writer.finish()).short("RetryCounter").unwrap_err();
        assert_eq!(error, Error { kind: ErrorKind::IntegerRange("RetryCounter"), bit: 0 });
    }
}
