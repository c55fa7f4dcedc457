//! Collects bits and octets into bytes.

use super::shift;

/// An output that ends at any bit. Writing cannot fail; whether a value may be written is decided above.
pub(crate) struct Writer {
    bytes: Vec<u8>,
    /// The bits that do not fill an octet yet, in the lowest places.
    carry: u8,
    /// How many those are, 0 to 7.
    count: u32,
}

impl Writer {
    pub(crate) fn new() -> Writer {
        // Room for a whole response of usual size; a request or fragment leaves some of it unused for the moment that it lives.
        Writer { bytes: Vec::with_capacity(5120), carry: 0, count: 0 }
    }

    /// Writes the lowest `width` bits of `value`, 1 to 24, most significant bit first.
    pub(crate) fn bits(&mut self, value: u32, width: u32) {
        let mut pending = (u32::from(self.carry) << width) | (value & (u32::MAX >> (32 - width)));
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((pending >> self.count) as u8);
            pending &= (1 << self.count) - 1;
        }
        self.carry = pending as u8;
    }

    /// Writes whole octets.
    pub(crate) fn octets(&mut self, octets: &[u8]) {
        if self.count == 0 {
            self.bytes.extend_from_slice(octets);
        } else {
            self.carry = shift::append(&mut self.bytes, self.carry, self.count, octets);
        }
    }

    /// Fills up the last octet with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bits(0, 8 - self.count);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_octets_follow_each_other() {
        let mut writer = Writer::new();
        writer.bits(0b101, 3);
        writer.octets(&[0xff, 0x00, 0xaa]);
        writer.bits(0b1, 1);
        writer.bits(0xabcdef, 24);
        assert_eq!(writer.finish(), [0b1011_1111, 0b1110_0000, 0b0001_0101, 0b0101_1010, 0xbc, 0xde, 0xf0]);
    }

    #[test]
    fn only_the_asked_bits_of_a_value_count() {
        let mut writer = Writer::new();
        writer.bits(0xffff_fffe, 1);
        writer.bits(0xff, 7);
        assert_eq!(writer.finish(), [0x7f]);
    }
}
