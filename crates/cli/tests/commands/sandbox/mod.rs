//! `opnc sandbox`, from outside: its files, its process, and its answers.

pub(crate) mod calls;
mod clock;
mod ecosystems;
pub(crate) mod process;
mod refused;
mod restart;
mod secrets;
mod shape;
