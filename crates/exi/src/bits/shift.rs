//! Moves a run of octets by less than one octet.
//!
//! Reader and writer need the same: some bits are left over from before, then octets follow, and whole octets come out. It
//! is done eight octets at a time, because octet by octet it would be most of the time that a message takes.

/// Appends `carry` (its lowest `count` bits, 1 to 7) and then `source` to `out`, in whole octets, `source.len()` of them.
/// Returns the `count` bits that are left over at the end.
pub(super) fn append(out: &mut Vec<u8>, carry: u8, count: u32, source: &[u8]) -> u8 {
    let start = out.len();
    out.resize(start + source.len(), 0);
    let (source_words, source_rest) = source.as_chunks::<8>();
    let (target_words, target_rest) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<8>();
    let mask = (1_u64 << count) - 1;
    let mut carry = u64::from(carry);
    for (target, word) in target_words.iter_mut().zip(source_words) {
        let word = u64::from_be_bytes(*word);
        *target = ((carry << (64 - count)) | (word >> count)).to_be_bytes();
        carry = word & mask;
    }
    for (target, octet) in target_rest.iter_mut().zip(source_rest) {
        let octet = u64::from(*octet);
        *target = ((carry << (8 - count)) | (octet >> count)) as u8;
        carry = octet & mask;
    }
    carry as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, one bit at a time.
    fn slowly(carry: u8, count: u32, source: &[u8]) -> (Vec<u8>, u8) {
        let mut bits: Vec<u8> = (0..count).rev().map(|bit| (carry >> bit) & 1).collect();
        bits.extend(source.iter().flat_map(|octet| (0..8).rev().map(move |bit| (octet >> bit) & 1)));
        let fold = |bits: &[u8]| bits.iter().fold(0, |value: u8, bit| (value << 1) | bit);
        let whole = bits[..source.len() * 8].chunks(8).map(fold).collect();
        (whole, fold(&bits[source.len() * 8..]))
    }

    #[test]
    fn every_shift_and_length_equals_the_slow_way() {
        let source: Vec<u8> = (0..40_u32).map(|i| (i * 151 + 83) as u8).collect();
        for count in 1..8 {
            for length in 0..source.len() {
                let carry = 0b0101_0101 & ((1 << count) - 1);
                let mut out = vec![7];
                let left = append(&mut out, carry, count, &source[..length]);
                let (whole, rest) = slowly(carry, count, &source[..length]);
                assert_eq!((&out[1..], left), (&whole[..], rest), "shift {count}, length {length}");
            }
        }
    }
}
