//! The built program, run as a user runs it.

mod decode;
mod help;
mod run;
mod show;
