//! Serial number and issuer of a certificate, by which others name it. Nothing else of X.509 is known here.

/// The two, as they stand in the DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Lower-case hexadecimal, without the zero byte before a high bit.
    pub(crate) serial: String,
    /// The encoded name.
    pub(crate) issuer: Vec<u8>,
}

/// Reads them; `None` when it is no certificate.
pub(crate) fn named(der: &[u8]) -> Option<Named> {
    let (_, whole, _) = element(der, 0x30)?;
    let (_, signed, _) = element(whole, 0x30)?;
    let behind_version = element(signed, 0xa0).map_or(signed, |(_, _, rest)| rest);
    let (_, serial, rest) = element(behind_version, 0x02)?;
    let (_, _, rest) = element(rest, 0x30)?;
    let (issuer, _, _) = element(rest, 0x30)?;
    let serial = match serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    Some(Named { serial: hex::encode(serial), issuer: issuer.to_vec() })
}

/// The first element when it has this tag: all of it, its content, and what is behind it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, content) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, behind) = content.split_at_checked(length)?;
    let whole = der.get(..der.len() - behind.len())?;
    (*found == tag).then_some((whole, content, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_or_no_certificate_is_none() {
        // SEQUENCE { SEQUENCE { [0] { 2 }, 00 ff, SEQUENCE {}, SEQUENCE { 01 } } }
        let der = hex::decode("30143010a003020102020200ff300030030101ff3000").unwrap();
        let found = named(&der).unwrap();
        assert_eq!((found.serial.as_str(), found.issuer.as_slice()), ("ff", &[0x30, 3, 1, 1, 0xff][..]));
        for length in 0..der.len() {
            assert_eq!(named(&der[..length]), None);
        }
        assert_eq!(named(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(named(&[0x30, 0x80, 0, 0]), None);
    }
}
