//! Identifiers, message bodies and the operations of OPNC v1.
