//! The length facets of the schema and the numbers of repetitions, checked alike in both directions.
//!
//! EXI does not transmit facets, and other codecs let longer values pass. Here they are a rule: what is longer is
//! not a message of the standard, and a car with fixed buffers would choke on it.

use crate::{EncodeError, Error, ErrorKind};

/// The shortest and longest value of an element or attribute: octets of binary values, characters of text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) what: &'static str,
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Limit {
    /// A value that the schema leaves unlimited. It is still bounded by the input.
    pub(crate) const fn none(what: &'static str) -> Limit {
        Limit { what, min: 0, max: usize::MAX }
    }

    /// A value with a `maxLength`.
    pub(crate) const fn max(what: &'static str, max: usize) -> Limit {
        Limit { what, min: 0, max }
    }

    /// A value of one length.
    pub(crate) const fn exactly(what: &'static str, length: usize) -> Limit {
        Limit { what, min: length, max: length }
    }

    /// The length as read, at a bit, where it is allowed.
    pub(crate) fn read(&self, length: u64, bit: usize) -> Result<usize, Error> {
        match usize::try_from(length) {
            Ok(length) if (self.min..=self.max).contains(&length) => Ok(length),
            _ => Err(Error { kind: ErrorKind::Length { what: self.what, length, min: self.min, max: self.max }, bit }),
        }
    }

    /// Whether a value of this length may be written.
    pub(crate) fn write(&self, length: usize) -> Result<(), EncodeError> {
        if (self.min..=self.max).contains(&length) {
            Ok(())
        } else {
            Err(EncodeError::Length { what: self.what, length, min: self.min, max: self.max })
        }
    }
}

/// How often an element may be repeated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) what: &'static str,
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Count {
    /// Whether a list of this many may be written.
    pub(crate) fn write(&self, count: usize) -> Result<(), EncodeError> {
        if (self.min..=self.max).contains(&count) {
            Ok(())
        } else {
            Err(EncodeError::Count { what: self.what, count, min: self.min, max: self.max })
        }
    }
}
