//! String of EXI (section 7.1.10): two more than the number of characters, then the code points.
//!
//! Lengths 0 and 1 are references to the string table. They are refused: ISO 15118 codecs run with an empty table (the
//! deployed decoders fail on a reference), and digests made with one would not verify. It also means that a short input
//! cannot blow up into many copies of one long string.

use super::Limit;
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, ErrorKind};

/// What XML 1.0 allows as a character.
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Whether each of the octets is a character of its own, in EXI and in UTF-8, and allowed in XML.
fn is_plain(octets: &[u8]) -> bool {
    octets.iter().all(|octet| (0x20..0x80).contains(octet))
}

impl Reader<'_> {
    /// Reads a string. The length is checked against the limit and the input before memory is taken.
    pub(crate) fn text(&mut self, limit: &Limit) -> Result<String, Error> {
        let bit = self.position();
        let Some(length) = self.unsigned()?.checked_sub(2) else {
            return Err(Error { kind: ErrorKind::StringTable, bit });
        };
        let length = limit.read(length, bit)?;
        let start = self.clone();
        let octets = self.octets(length)?;
        if is_plain(&octets)
            && let Ok(text) = String::from_utf8(octets)
        {
            return Ok(text);
        }
        *self = start;
        self.characters(length)
    }

    /// Reads code points one by one.
    fn characters(&mut self, length: usize) -> Result<String, Error> {
        let mut text = String::with_capacity(length);
        for _ in 0..length {
            let bit = self.position();
            let code = self.unsigned()?;
            let character = u32::try_from(code).ok().and_then(char::from_u32).filter(|character| is_xml(*character));
            text.push(character.ok_or(Error { kind: ErrorKind::Character(code), bit })?);
        }
        Ok(text)
    }

    /// Reads an attribute that may be absent, in a state where it and one other production are possible, and passes the
    /// event of that other production.
    pub(crate) fn optional_attribute(&mut self, limit: &Limit) -> Result<Option<String>, Error> {
        if self.event(2)? == 1 {
            return Ok(None);
        }
        let value = self.text(limit)?;
        self.only(1)?;
        Ok(Some(value))
    }

    /// Reads the content and the end of an element whose type is text and nothing else.
    pub(crate) fn text_element(&mut self, limit: &Limit) -> Result<String, Error> {
        self.only(1)?;
        let value = self.text(limit)?;
        self.only(1)?;
        Ok(value)
    }
}

impl Writer {
    /// Writes a string.
    pub(crate) fn text(&mut self, value: &str, limit: &Limit) -> Result<(), EncodeError> {
        if is_plain(value.as_bytes()) {
            limit.write(value.len())?;
            self.unsigned(value.len() as u64 + 2);
            self.octets(value.as_bytes());
            return Ok(());
        }
        let length = value.chars().count();
        limit.write(length)?;
        self.unsigned(length as u64 + 2);
        for character in value.chars() {
            if !is_xml(character) {
                return Err(EncodeError::Character { what: limit.what, character });
            }
            self.unsigned(u64::from(u32::from(character)));
        }
        Ok(())
    }

    /// Writes an attribute that may be absent, and the event of the one production that follows it.
    pub(crate) fn optional_attribute(&mut self, value: Option<&str>, limit: &Limit) -> Result<(), EncodeError> {
        match value {
            Some(value) => {
                self.event(0, 2);
                self.text(value, limit)?;
                self.only(1);
            }
            None => self.event(1, 2),
        }
        Ok(())
    }

    /// Writes the content and the end of an element whose type is text and nothing else.
    pub(crate) fn text_element(&mut self, value: &str, limit: &Limit) -> Result<(), EncodeError> {
        self.only(1);
        self.text(value, limit)?;
        self.only(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit::max("FaultMsg", 5);

    #[test]
    fn text_both_ways() {
        for text in ["", "abc", "a\tb\n", "äöü", "€𐀀\u{fffd}", "ab\u{7f}"] {
            let mut writer = Writer::new();
            writer.bits(0, 3);
            assert_eq!(writer.text(text, &LIMIT), Ok(()));
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            assert!(reader.bits(3).is_ok());
            assert_eq!(reader.text(&LIMIT), Ok(text.to_string()));
            assert_eq!(reader.finish(), Ok(()));
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let error = |octets: &[u8]| Reader::new(octets).text(&LIMIT).unwrap_err();
        assert_eq!(error(&[0, 5]), Error { kind: ErrorKind::StringTable, bit: 0 });
        assert_eq!(error(&[1, 5]), Error { kind: ErrorKind::StringTable, bit: 0 });
        assert_eq!(error(&[4, 0x41, 0x00]), Error { kind: ErrorKind::Character(0), bit: 16 });
        assert_eq!(error(&[3, 0x80, 0xb0, 0x03]), Error { kind: ErrorKind::Character(0xd800), bit: 8 });
        assert_eq!(error(&[3, 0xfe, 0xff, 0x03]), Error { kind: ErrorKind::Character(0xfffe), bit: 8 });
        assert_eq!(error(&[3, 0x80, 0x80, 0x44]), Error { kind: ErrorKind::Character(0x11_0000), bit: 8 });
        assert_eq!(error(&[5, 0x41, 0x41]), Error { kind: ErrorKind::EndOfInput, bit: 8 });
        let kind = ErrorKind::Length { what: "FaultMsg", length: 6, min: 0, max: 5 };
        assert_eq!(error(&[8, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41]), Error { kind, bit: 0 });
    }

    #[test]
    fn limits_count_characters() {
        let mut writer = Writer::new();
        assert_eq!(writer.text("ééééé", &LIMIT), Ok(()));
        assert!(matches!(writer.text("éééééé", &LIMIT), Err(EncodeError::Length { length: 6, .. })));
        assert!(matches!(writer.text("abcdef", &LIMIT), Err(EncodeError::Length { length: 6, .. })));
        let refused = Err(EncodeError::Character { what: "FaultMsg", character: '\u{0}' });
        assert_eq!(writer.text("a\u{0}", &LIMIT), refused);
    }
}
