//! A new migration file is a reason to compile again: the macro that embeds them only watches those it has seen.

#![allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
