//! `opnc sandbox`, from outside: its files, its process, and its answers.

mod calls;
mod clock;
mod ecosystems;
mod process;
mod refused;
mod restart;
mod secrets;
mod shape;
