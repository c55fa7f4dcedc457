//! What a body looks like, said beside its reader: names, other spellings, what must be there, and what each is.
//!
//! An interface description is made from this. Readers stay hand-written, because they name every problem at once; a test runs
//! each reader against its description, member by member, so that neither can say what the other does not.

/// A JSON object.
#[derive(Debug)]
pub struct Schema {
    /// Its name in an interface description.
    pub name: &'static str,
    /// What it is, in one sentence or two.
    pub about: &'static str,
    /// Its members. Others are ignored by readers.
    pub members: &'static [Member],
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    /// The name that is written, and read.
    pub name: &'static str,
    /// Other names that are read as well.
    pub aliases: &'static [&'static str],
    /// Whether a reader refuses an object without it. What may be missing may be null too.
    pub required: bool,
    /// What its value is.
    pub kind: Kind,
    /// What it means; empty where name and kind say it all.
    pub about: &'static str,
}

/// What the value of a member is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// True or false.
    Boolean,
    /// A whole number that is not negative.
    Count,
    /// A contract's identifier.
    Emaid,
    /// A car's identifier.
    Pcid,
    /// A car maker's identifier.
    Wmi,
    /// Country and provider of an eMSP.
    ProviderId,
    /// 64 hexadecimal digits.
    Fingerprint,
    /// A key identifier: base64, or hexadecimal with or without colons.
    KeyId,
    /// A serial number: hexadecimal digits, with or without colons.
    SerialNumber,
    /// Hexadecimal digits, two for each byte.
    Hex,
    /// Country and provider of an eMSP: five characters.
    Provider,
    /// A UUID.
    Uuid,
    /// Date and time of RFC 3339.
    Date,
    /// The namespace of an ISO 15118 edition.
    IsoVersion,
    /// A certificate: base64 of DER is written; base64 of PEM and PEM are read too.
    Certificate,
    /// Base64 of at least one byte.
    Base64,
    /// Base64 of an EXI document.
    Exi,
    /// An `http` or `https` URL.
    Url,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Another object.
    Object(&'static Schema),
    /// A list of values.
    Values(&'static Kind),
    /// A list of objects.
    Objects(&'static Schema),
}

/// A body with a description.
pub trait Described: crate::Body {
    /// The description.
    const SCHEMA: &'static Schema;
}

impl Member {
    /// A member that must be there.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, aliases: &[], required: true, kind, about: "" }
    }

    /// A member that may be missing.
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, aliases: &[], required: false, kind, about: "" }
    }

    /// The same with other names that are read.
    pub const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// The same with its meaning.
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }
}
