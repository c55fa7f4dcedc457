//! Repeated elements: an event before each, which also says whether the last one has been.

use super::Count;
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error};

impl Reader<'_> {
    /// Reads an element that is repeated, from the start of the first one to the end of the parent.
    pub(crate) fn list<T>(
        &mut self,
        count: &Count,
        mut element: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.only(1)?; // SE of the first
        let mut list = Vec::new();
        loop {
            list.push(element(self)?);
            // After the last one allowed, the end is the only production.
            if list.len() == count.max {
                self.only(1)?;
                return Ok(list);
            }
            if self.event(2)? == 1 {
                return Ok(list);
            }
        }
    }
}

impl Writer {
    /// Writes an element that is repeated, from the start of the first one to the end of the parent.
    pub(crate) fn list<T>(
        &mut self,
        values: &[T],
        count: &Count,
        mut element: impl FnMut(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        count.write(values.len())?;
        for (index, value) in values.iter().enumerate() {
            if index == 0 {
                self.only(1)
            } else {
                self.event(0, 2)
            }
            element(self, value)?;
        }
        if values.len() == count.max {
            self.only(1)
        } else {
            self.event(1, 2)
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const COUNT: Count = Count { what: "x", min: 1, max: 3 };

    fn written(values: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::new();
        writer.list(values, &COUNT, |writer, value| {
            writer.bits(u32::from(*value), 8);
            Ok(())
        })?;
        Ok(writer.finish())
    }

    #[test]
    fn lists_come_back_and_a_full_one_ends_in_one_bit() {
        for (length, bits) in [(1, 11), (2, 21), (3, 30)] {
            let values = &[0xa1, 0xb2, 0xc3][..length];
            let bytes = written(values).unwrap();
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.list(&COUNT, |reader| reader.bits(8).map(|bits| bits as u8)), Ok(values.to_vec()));
            assert_eq!(reader.position(), bits);
            assert_eq!(reader.finish(), Ok(()));
        }
    }

    #[test]
    fn too_few_and_too_many_are_refused() {
        for count in [0, 4] {
            assert_eq!(written(&vec![0; count]), Err(EncodeError::Count { what: "x", count, min: 1, max: 3 }));
        }
        // A fourth one deviates from the schema: the bit after the third announces the second level.
        let mut bytes = written(&[1, 2, 3]).unwrap();
        bytes[3] |= 0b0000_0100;
        bytes.push(0);
        bytes.push(0);
        let error = Reader::new(&bytes).list(&COUNT, |reader| reader.bits(8)).unwrap_err();
        assert_eq!(error, Error { kind: ErrorKind::SecondLevelEvent, bit: 29 });
    }
}
