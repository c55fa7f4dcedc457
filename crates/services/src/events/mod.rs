//! Events: who hears of what, and how it gets there.

pub mod schedule;
