//! The check character of an EMAID (ISO 15118-2 Annex H, DIN SPEC 91286).
//!
//! Each of the 36 characters is split into a part modulo 9 and the rest, and both run through powers of a matrix, so that
//! a wrong character and two exchanged characters both change the result.

/// Characters of an EMAID without hyphens and without its check character.
const LENGTH: usize = 14;

/// A row vector of two small numbers.
type Pair = [u8; 2];

/// The matrix `[[0, 1], [1, below]]`, applied to row vectors modulo `modulus`.
#[derive(Clone, Copy)]
struct Matrix {
    below: u8,
    modulus: u8,
}

const BINARY: Matrix = Matrix { below: 1, modulus: 2 };
const TERNARY: Matrix = Matrix { below: 2, modulus: 3 };

impl Matrix {
    fn apply(self, [a, b]: Pair) -> Pair {
        [b % self.modulus, (a + self.below * b) % self.modulus]
    }

    fn add(self, [a, b]: Pair, [c, d]: Pair) -> Pair {
        [(a + c) % self.modulus, (b + d) % self.modulus]
    }

    fn negate(self, [a, b]: Pair) -> Pair {
        [(self.modulus - a) % self.modulus, (self.modulus - b) % self.modulus]
    }
}

/// The check character for the 14 letters and digits of an EMAID (no hyphens, any case).
///
/// `None` when `emaid` is not exactly 14 ASCII letters and digits.
pub fn check_character(emaid: &str) -> Option<char> {
    if emaid.len() != LENGTH {
        return None;
    }
    // The sum of each character's pair times the matrix to the power of its position, from the last one inwards.
    let mut binary = [0, 0];
    let mut ternary = [0, 0];
    for character in emaid.chars().rev() {
        let (two, three) = parts(character)?;
        binary = BINARY.apply(BINARY.add(binary, two));
        ternary = TERNARY.apply(TERNARY.add(ternary, three));
    }
    // The wanted pair times the fifteenth power gives these sums (the ternary one negated). The binary matrix is of order 3,
    // so that its fifteenth power does nothing; the ternary one is of order 8, so that one more application undoes it.
    let [high, low] = binary;
    let [tens, ones] = TERNARY.apply(TERNARY.negate(ternary));
    let number = 9 * (2 * high + low) + 3 * tens + ones;
    char::from_digit(u32::from(number), 36).map(|character| character.to_ascii_uppercase())
}

/// The number of a character in `0-9A-Z`, divided by nine: the quotient as two bits, the rest as two ternary digits.
fn parts(character: char) -> Option<(Pair, Pair)> {
    let number = u8::try_from(character.to_digit(36)?).ok()?;
    let (quotient, rest) = (number / 9, number % 9);
    Some(([quotient / 2, quotient % 2], [rest / 3, rest % 3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        for (emaid, expected) in [
            ("NN123ABCDEFGHI", 'T'),
            ("FRXYZ123456789", '2'),
            ("ITA1B2C3E4F5G6", '4'),
            ("ESZU8WOX834H1D", 'R'),
            ("PT73902837ABCZ", 'Z'),
            ("DE83DUIEN83QGZ", 'D'),
            ("DE83DUIEN83ZGQ", 'M'),
            ("DE8AA001234567", '0'),
        ] {
            assert_eq!(check_character(emaid), Some(expected), "{emaid}");
            assert_eq!(check_character(&emaid.to_lowercase()), Some(expected), "{emaid} in lower case");
        }
    }

    /// A contract leaf of a staging system, whose fifteenth character does not keep the rule.
    #[test]
    fn a_real_contract_with_another_fifteenth_character() {
        assert_eq!(check_character("TUAABcAz2BK7JR"), Some('0'));
    }

    /// Every first 14 characters have exactly one check character: the 36 characters give 36 different pairs.
    #[test]
    fn every_single_character_error_is_found() {
        let good = "DE8AA001234567";
        for position in 0..good.len() {
            for other in ('0'..='9').chain('A'..='Z') {
                let mut changed: Vec<char> = good.chars().collect();
                if changed[position] == other {
                    continue;
                }
                changed[position] = other;
                let changed: String = changed.into_iter().collect();
                assert_ne!(check_character(&changed), Some('0'), "{changed}");
            }
        }
    }

    #[test]
    fn only_fourteen_letters_and_digits() {
        for wrong in ["", "DE8AA00123456", "DE8AA0012345678", "DE-8AA-0012345", "DE8AA00123456_", "DE8AA0012345é"] {
            assert_eq!(check_character(wrong), None, "{wrong}");
        }
    }
}
