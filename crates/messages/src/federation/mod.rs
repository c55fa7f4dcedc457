//! Bodies of what peers tell each other of themselves: an extension, no part of OPNC v1.

mod get_peers;

pub use get_peers::GetPeersRes;
