//! ISO 15118 certificate installation messages in EXI, and the fragments of them that are signed.
