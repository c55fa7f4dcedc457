//! `DHPublicKey`: the ephemeral public key of a key agreement.
//!
//! The schema says 133 bytes, which is a point of secp521r1. The text of the standard says that an X448 key is sent
//! without filler: RFC 7748 makes it 56 bytes, a note in the standard 57. So three lengths occur, and no others.

use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, ErrorKind};

const LENGTHS: [usize; 3] = [56, 57, 133];

/// Reads content and end of the element.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Vec<u8>, Error> {
    reader.only(1)?;
    let bit = reader.position();
    let length = reader.unsigned()?;
    let Some(length) = LENGTHS.into_iter().find(|allowed| *allowed as u64 == length) else {
        return Err(Error { kind: ErrorKind::PublicKeyLength(length), bit });
    };
    let key = reader.octets(length)?;
    reader.only(1)?;
    Ok(key)
}

/// Writes content and end of the element.
pub(super) fn write(key: &[u8], writer: &mut Writer) -> Result<(), EncodeError> {
    if !LENGTHS.contains(&key.len()) {
        return Err(EncodeError::PublicKeyLength(key.len()));
    }
    writer.only(1);
    writer.unsigned(key.len() as u64);
    writer.octets(key);
    writer.only(1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lengths_and_no_others() {
        for length in 0..300 {
            let mut writer = Writer::new();
            if LENGTHS.contains(&length) {
                let key = vec![0xa5; length];
                assert_eq!(write(&key, &mut writer), Ok(()));
                let bytes = writer.finish();
                let mut reader = Reader::new(&bytes);
                assert_eq!(read(&mut reader), Ok(key));
                assert_eq!(reader.finish(), Ok(()));
            } else {
                assert_eq!(write(&vec![0; length], &mut writer), Err(EncodeError::PublicKeyLength(length)));
                writer.only(1);
                writer.unsigned(length as u64);
                writer.octets(&[0; 300]);
                let kind = ErrorKind::PublicKeyLength(length as u64);
                assert_eq!(read(&mut Reader::new(&writer.finish())), Err(Error { kind, bit: 1 }));
            }
        }
    }
}
