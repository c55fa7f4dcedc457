//! Event codes: which of the productions of a grammar state comes next.
//!
//! ISO 15118 uses the non-strict mode, in which every state keeps one more code for what is outside of the schema. So a
//! state with one production still costs a bit, and that last code is refused.

use crate::bits::{Reader, Writer};
use crate::{Error, ErrorKind};

/// The bits of an event code in a state with this many productions (and the code beyond them).
const fn width(productions: u32) -> u32 {
    u32::BITS - productions.leading_zeros()
}

impl Reader<'_> {
    /// Reads which of the productions of a state comes next, from 0.
    pub(crate) fn event(&mut self, productions: u32) -> Result<u32, Error> {
        let bit = self.position();
        let code = self.bits(width(productions))?;
        match code {
            _ if code < productions => Ok(code),
            _ if code == productions => Err(Error { kind: ErrorKind::SecondLevelEvent, bit }),
            _ => Err(Error { kind: ErrorKind::UnknownEvent(code), bit }),
        }
    }

    /// Passes this many states that have one production each.
    pub(crate) fn only(&mut self, states: u32) -> Result<(), Error> {
        (0..states).try_for_each(|_| self.event(1).map(|_| ()))
    }

    /// Reads the content and the end of an element whose type is an enumeration, and gives the value of the number in it.
    pub(crate) fn enumeration_element<T: Copy>(&mut self, what: &'static str, values: &[T]) -> Result<T, Error> {
        self.only(1)?;
        let bit = self.position();
        let number = self.bits(width(values.len() as u32 - 1))?;
        let value = values.get(number as usize).copied();
        let value = value.ok_or(Error { kind: ErrorKind::Enumeration { what, value: number }, bit })?;
        self.only(1)?;
        Ok(value)
    }
}

impl Writer {
    /// Writes which of the productions of a state comes next.
    pub(crate) fn event(&mut self, code: u32, productions: u32) {
        self.bits(code, width(productions));
    }

    /// Passes this many states that have one production each.
    pub(crate) fn only(&mut self, states: u32) {
        self.bits(0, states);
    }

    /// Writes the content and the end of an element whose type is an enumeration: the number of a value.
    pub(crate) fn enumeration_element<T: PartialEq>(&mut self, value: &T, values: &[T]) {
        self.only(1);
        let number = values.iter().position(|known| known == value).unwrap_or_default();
        self.bits(number as u32, width(values.len() as u32 - 1));
        self.only(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_room_for_the_second_level() {
        let measured = [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 3), (8, 4), (36, 6)];
        for (productions, bits) in measured {
            assert_eq!(width(productions), bits, "{productions} productions");
        }
    }

    #[test]
    fn codes_beyond_the_productions_are_refused() {
        let kind = |bytes: &[u8], productions| Reader::new(bytes).event(productions).map_err(|error| error.kind);
        assert_eq!(kind(&[0b0000_0000], 1), Ok(0));
        assert_eq!(kind(&[0b1000_0000], 1), Err(ErrorKind::SecondLevelEvent));
        assert_eq!(kind(&[0b1000_0000], 2), Err(ErrorKind::SecondLevelEvent));
        assert_eq!(kind(&[0b1100_0000], 2), Err(ErrorKind::UnknownEvent(3)));
        assert_eq!(kind(&[], 2), Err(ErrorKind::EndOfInput));
    }
}
