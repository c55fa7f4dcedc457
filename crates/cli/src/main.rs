//! The `opnc` program.
fn main() {}
