//! Signed messages without the certificates in them, which are the same in thousands of messages.
//!
//! In EXI a certificate stands as its DER, at any bit. Taking whole bytes out of a string of bits leaves what follows at
//! the same place within its byte, so the rest can be kept as bytes, and putting the certificates back at the bits where
//! they were gives the very message. Nothing here knows more of EXI: what looks like no certificate stays where it is.

/// The bounds of what is looked for: below, taking it out is not worth it; above, no message of ISO 15118 has one.
const SIZES: std::ops::RangeInclusive<usize> = 128..=4096;

/// A certificate in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The bit of the message at which it begins.
    pub(crate) at: usize,
    /// The certificate.
    pub(crate) der: Vec<u8>,
}

/// The certificates in a message, in order, and what is left without them.
pub(crate) fn take_apart(message: &[u8]) -> (Vec<u8>, Vec<Part>) {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < message.len().saturating_mul(8) {
        match certificate_at(message, at) {
            Some(der) => {
                let next = at + der.len() * 8;
                parts.push(Part { at, der });
                at = next;
            }
            None => at += 1,
        }
    }
    let mut rest = message.to_vec();
    for part in parts.iter().rev() {
        match without(&rest, part.at, part.der.len()) {
            Some(shorter) => rest = shorter,
            None => return (message.to_vec(), Vec::new()),
        }
    }
    (rest, parts)
}

/// The message of which this is left, with its certificates in order; `None` when they do not fit.
pub(crate) fn put_together(rest: &[u8], parts: &[Part]) -> Option<Vec<u8>> {
    parts.iter().try_fold(rest.to_vec(), |message, part| with(&message, part.at, &part.der))
}

/// A certificate has the form SEQUENCE { SEQUENCE, SEQUENCE, BIT STRING }, and all lengths agree.
fn certificate_at(message: &[u8], at: usize) -> Option<Vec<u8>> {
    let [0x30, 0x82, high, low] = <[u8; 4]>::try_from(bytes_at(message, at, 4)?).ok()? else { return None };
    let size = usize::from(u16::from_be_bytes([high, low])) + 4;
    if !SIZES.contains(&size) {
        return None;
    }
    let der = bytes_at(message, at, size)?;
    let inner = der.get(4..)?;
    let inner = inner.get(element(inner, 0x30)?..)?;
    let inner = inner.get(element(inner, 0x30)?..)?;
    (element(inner, 0x03)? == inner.len()).then_some(der)
}

/// The size of the element of DER at the beginning, head included, when it has this tag.
fn element(der: &[u8], tag: u8) -> Option<usize> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    match (length, rest) {
        (0..=0x7f, _) => Some(2 + usize::from(*length)),
        (0x81, [length, ..]) => Some(3 + usize::from(*length)),
        (0x82, [high, low, ..]) => Some(4 + usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

/// The bytes that begin at this bit.
fn bytes_at(message: &[u8], at: usize, count: usize) -> Option<Vec<u8>> {
    let (byte, bit) = (at / 8, at % 8);
    if bit == 0 {
        return message.get(byte..byte.checked_add(count)?).map(<[u8]>::to_vec);
    }
    let touched = message.get(byte..=byte.checked_add(count)?)?;
    Some(
        touched
            .windows(2)
            .map(|pair| pair.iter().fold(0, |both, one| both << 8 | u16::from(*one)))
            .map(|pair| (pair >> (8 - bit)) as u8)
            .collect(),
    )
}

/// The message without `count` bytes that begin at this bit.
fn without(message: &[u8], at: usize, count: usize) -> Option<Vec<u8>> {
    let (byte, bit) = (at / 8, at % 8);
    let (before, behind) = (message.get(..byte)?, message.get(byte.checked_add(count)?..)?);
    match behind {
        [] if bit == 0 => Some(before.to_vec()),
        [] => None,
        [first, behind @ ..] => Some([before, &[merge(*message.get(byte)?, *first, bit)], behind].concat()),
    }
}

/// The message with these bytes from this bit on, and what was there behind them.
fn with(message: &[u8], at: usize, der: &[u8]) -> Option<Vec<u8>> {
    let (byte, bit) = (at / 8, at % 8);
    let (before, behind) = message.split_at_checked(byte)?;
    if bit == 0 {
        return Some([before, der, behind].concat());
    }
    let (split, behind) = behind.split_first()?;
    let mut whole = before.to_vec();
    let mut last = *split;
    for byte in der {
        whole.push(merge(last, *byte >> bit, bit));
        // What did not fit stands at the beginning of the next byte.
        last = byte << (8 - bit);
    }
    whole.push(merge(last, *split, bit));
    whole.extend_from_slice(behind);
    Some(whole)
}

/// The first `bits` bits of one byte and the last of another.
fn merge(first: u8, last: u8, bits: usize) -> u8 {
    let mask = 0xff_u8.checked_shr(bits as u32).unwrap_or(0);
    (first & !mask) | (last & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate in form only.
    fn certificate(fill: u8, size: u16) -> Vec<u8> {
        let body = size - 4 - 4 - 2 - 70;
        let mut der = vec![0x30, 0x82];
        der.extend((size - 4).to_be_bytes());
        der.extend([0x30, 0x82]);
        der.extend(body.to_be_bytes());
        der.extend(vec![fill; usize::from(body)]);
        der.extend([0x30, 0x00, 0x03, 68]);
        der.extend(vec![fill ^ 0x55; 68]);
        assert_eq!(der.len(), usize::from(size));
        der
    }

    /// Bits in front, then a certificate, some bits, another certificate, and bits behind.
    fn message(first: usize, between: usize, last: usize) -> Vec<u8> {
        let mut bits: Vec<bool> = (0..first).map(|bit| bit % 3 == 0).collect();
        let der_bits =
            |der: Vec<u8>| der.into_iter().flat_map(|byte| (0..8).map(move |bit| byte >> (7 - bit) & 1 == 1));
        bits.extend(der_bits(certificate(0xa7, 600)));
        bits.extend((0..between).map(|bit| bit % 5 == 0));
        bits.extend(der_bits(certificate(0x11, 431)));
        bits.extend((0..last).map(|bit| bit % 2 == 0));
        bits.chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |all, (at, bit)| all | u8::from(*bit) << (7 - at)))
            .collect()
    }

    #[test]
    fn certificates_are_found_at_every_bit_and_put_back() {
        for first in 0..24 {
            for between in 0..17 {
                let message = message(first, between, 13);
                let (rest, parts) = take_apart(&message);
                let found: Vec<_> = parts.iter().map(|part| (part.at, part.der.len())).collect();
                assert_eq!(found, [(first, 600), (first + 4800 + between, 431)]);
                assert_eq!(parts[0].der, certificate(0xa7, 600));
                assert_eq!(rest.len(), message.len() - 1031);
                assert_eq!(put_together(&rest, &parts), Some(message));
            }
        }
    }

    #[test]
    fn what_looks_like_no_certificate_stays() {
        let whole = certificate(1, 600);
        let mut wrong_length = whole.clone();
        wrong_length[3] += 1;
        let mut wrong_tag = whole.clone();
        wrong_tag[4] = 0x31;
        for message in [&whole[..599], &whole[1..], &wrong_length, &wrong_tag, b"".as_slice(), &[0x30, 0x82]] {
            assert_eq!(take_apart(message), (message.to_vec(), Vec::new()));
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let part = |at| Part { at, der: certificate(1, 600) };
        assert_eq!(put_together(&[1, 2], &[part(17)]), None);
        assert_eq!(put_together(&[1, 2], &[part(1000)]), None);
        assert!(put_together(&[1, 2], &[part(16)]).is_some());
    }
}
