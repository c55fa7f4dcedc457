//! Real things made cheap, for tests.
