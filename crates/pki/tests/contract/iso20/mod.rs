//! Contract data of ISO 15118-20.

mod made;
mod requests;
mod second;
mod support;
mod tampering;
mod vectors;
