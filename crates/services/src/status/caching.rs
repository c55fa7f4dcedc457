//! What caches on the way are told of an answer or a list (RFC 5019, 6.2), worked out once and not for each who asks.

use jiff::Timestamp;
use opnc_pki::key::sha256;

/// From when until when something signed may be used, and what it is known by.
#[derive(Debug)]
pub struct Caching {
    /// When it was made.
    pub from: Timestamp,
    /// When there will be another one at the latest.
    pub until: Timestamp,
    /// `from` as HTTP has it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    pub last_modified: String,
    /// `until` in the same form.
    pub expires: String,
    /// The start of its SHA-256 in hex, in quotation marks.
    pub etag: String,
}

impl Caching {
    pub(super) fn new(der: &[u8], from: Timestamp, until: Timestamp) -> Self {
        let digest: String = hex::encode(sha256(der)).chars().take(32).collect();
        Self { from, until, last_modified: http_date(from), expires: http_date(until), etag: format!("\"{digest}\"") }
    }
}

fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http() {
        assert_eq!(http_date("1994-11-06T08:49:37Z".parse().unwrap()), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
