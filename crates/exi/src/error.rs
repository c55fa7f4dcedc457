//! What can be wrong with bytes that should be a message, and with a message that should become bytes.
//!
//! The two lists are separate because the readers differ: a decoding error is about somebody else's input and says where it
//! went wrong; an encoding error is about a value that we were about to send.

/// Why bytes are not one of the messages of this crate, and at which bit that showed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bit {bit} (byte {byte}): {kind}", byte = bit / 8)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where the offending value starts, in bits from the start of the input.
    pub bit: usize,
}

/// What is wrong with the input of a decoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input stops inside the message, or a length in it points beyond its end.
    #[error("the input ends inside the message")]
    EndOfInput,
    /// The first byte is not 0x80: an EXI version, option or cookie that ISO 15118 does not use, or no EXI at all.
    #[error("the EXI header is {0:#04x}, ISO 15118 uses 0x80")]
    Header(u8),
    /// The root element is another one of the schema.
    #[error("the root element has event code {0}, V2G_Message has 76")]
    Root(u32),
    /// A message of ISO 15118 that carries no certificates, or another element that a document of its schema may start
    /// with.
    #[error("the message is {0}, not one of the certificate installation or update messages")]
    OtherMessage(&'static str),
    /// A message of the other generation of the standard.
    #[error("this is a message of {0}")]
    OtherGeneration(&'static str),
    /// `Body` has no element in it.
    #[error("the message has an empty body")]
    EmptyBody,
    /// The sender left the schema: an undeclared attribute, element or `xsi:type`, which EXI encodes on its second level.
    #[error("the message deviates from the schema (second-level event code)")]
    SecondLevelEvent,
    /// An event code that no production of the grammar has.
    #[error("event code {0} does not exist here")]
    UnknownEvent(u32),
    /// A part of XML Signature that ISO 15118 forbids.
    #[error("{0} is not allowed in a signature of ISO 15118")]
    Unsupported(&'static str),
    /// A string that is given as a reference to an earlier one. ISO 15118 codecs run without string tables, and the
    /// digests of a sender that uses them cannot be verified.
    #[error("a string refers to the EXI string table, which ISO 15118 does not use")]
    StringTable,
    /// A code point that XML does not allow, or that is none.
    #[error("{0:#x} is not a character of XML")]
    Character(u64),
    /// An integer with superfluous zero octets: re-encoding it would change the signed bytes.
    #[error("an integer has superfluous leading zeros")]
    NonMinimalInteger,
    /// An integer beyond the range of its type.
    #[error("{0} is out of range")]
    IntegerRange(&'static str),
    /// A number that stands for no value of an enumeration.
    #[error("{value} is no value of {what}")]
    Enumeration {
        /// The enumeration.
        what: &'static str,
        /// The number found.
        value: u32,
    },
    /// A value is shorter or longer than its schema type allows: bytes of binary values, characters of text.
    #[error("{what} has length {length}, allowed are {min} to {max}")]
    Length {
        /// The element.
        what: &'static str,
        /// The length found.
        length: u64,
        /// The shortest length allowed.
        min: usize,
        /// The longest length allowed.
        max: usize,
    },
    /// `DHPublicKey` of ISO 15118-20 has a length that no curve of the standard has.
    #[error("DHPublicKey has length {0}, allowed are 133 (secp521r1), 56 and 57 (X448)")]
    PublicKeyLength(u64),
    /// An element is repeated more often than allowed.
    #[error("more than {max} {what} elements")]
    TooMany {
        /// The element.
        what: &'static str,
        /// The largest number allowed.
        max: usize,
    },
    /// Bytes follow the end of the message.
    #[error("{0} bytes follow the end of the message")]
    TrailingBytes(usize),
    /// The bits that fill up the last byte are not zero.
    #[error("the padding after the message is not zero")]
    Padding,
}

/// Why a message has no encoding: a value in it is outside of the schema, and would be refused by whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A value is shorter or longer than its schema type allows: bytes of binary values, characters of text.
    #[error("{what} has length {length}, allowed are {min} to {max}")]
    Length {
        /// The element or attribute.
        what: &'static str,
        /// The length of the value.
        length: usize,
        /// The shortest length allowed.
        min: usize,
        /// The longest length allowed.
        max: usize,
    },
    /// `DHPublicKey` of ISO 15118-20 has a length that no curve of the standard has.
    #[error("DHPublicKey has length {0}, allowed are 133 (secp521r1), 56 and 57 (X448)")]
    PublicKeyLength(usize),
    /// A list has too few or too many entries.
    #[error("{count} {what} elements, allowed are {min} to {max}")]
    Count {
        /// The element that is repeated.
        what: &'static str,
        /// The number of entries.
        count: usize,
        /// The smallest number allowed.
        min: usize,
        /// The largest number allowed.
        max: usize,
    },
    /// Text with a character that XML does not allow (control characters, U+FFFE, U+FFFF).
    #[error("{what} contains {character:?}, which is not a character of XML")]
    Character {
        /// The element or attribute.
        what: &'static str,
        /// The character.
        character: char,
    },
}
