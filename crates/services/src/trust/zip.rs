//! An archive of files as they are: the part of ZIP (APPNOTE 6.3.3) that needs no compression, which certificates gain nothing
//! from. Files have no date, so that the same roots are the same bytes.

/// 1 January 1980, where the calendar of ZIP begins.
const FIRST_DATE: u16 = 0x0021;
const VERSION: u16 = 20;

/// The archive; `None` when it is larger than the format allows without its extensions (4 GiB, 65,535 files).
pub(super) fn archive(files: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let count = u16::try_from(files.len()).ok().filter(|count| *count < u16::MAX)?;
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = u32::try_from(archive.len()).ok()?;
        let length = u32::try_from(content.len()).ok()?;
        let name_length = u16::try_from(name.len()).ok()?;
        // Shared by both headers: version, flags, method, time, date, checksum, both sizes, lengths of name and extra.
        let mut shared = Vec::new();
        for word in [VERSION, 0, 0, 0, FIRST_DATE] {
            shared.extend(word.to_le_bytes());
        }
        for word in [checksum(content), length, length] {
            shared.extend(word.to_le_bytes());
        }
        for word in [name_length, 0] {
            shared.extend(word.to_le_bytes());
        }
        archive.extend(b"PK\x03\x04");
        archive.extend(&shared);
        archive.extend(name.as_bytes());
        archive.extend(content);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&shared);
        // Comment, disk, two kinds of attributes: nothing.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length) = (u32::try_from(archive.len()).ok()?, u32::try_from(directory.len()).ok()?);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    Some(archive)
}

/// The CRC-32 of ISO 3309, bit by bit: archives are made seldom.
fn checksum(content: &[u8]) -> u32 {
    !content.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_the_catalogue() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn an_empty_archive_is_its_end_alone() {
        let empty = archive(&[]).unwrap();
        assert_eq!((empty.len(), &empty[..4]), (22, &b"PK\x05\x06"[..]));
    }
}
