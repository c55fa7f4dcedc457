//! Bit-packed input and output: the layer below every EXI datatype.
//!
//! EXI starts values at any bit. Runs of octets, which are nearly all of a certificate message, are moved by whole words
//! ([`shift`]), and only event codes and short integers go bit by bit.

mod reader;
mod shift;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use writer::Writer;
