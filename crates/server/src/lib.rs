//! The HTTP side of an OPNC ecosystem.
