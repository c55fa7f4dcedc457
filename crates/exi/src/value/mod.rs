//! The EXI datatypes that certificate messages use, and the limits of their values.

mod binary;
mod integer;
mod limit;
mod list;
mod text;
mod unsigned;

pub(crate) use limit::{Count, Limit};
