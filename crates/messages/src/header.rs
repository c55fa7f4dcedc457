//! The headers that carry parameters of operations.

/// Whether a `CertificateInstallationReq` is answered with EXI in error cases too. Default true.
pub const ALWAYS_RETURN_EXI: &str = "alwaysReturnEXI";

/// Whether other ecosystems are asked. Its sense and default differ between the services.
pub const BROADCAST: &str = "broadcast";

/// Whether a contract is deleted without revoking its certificate. Default false.
pub const SKIP_REVOCATION: &str = "X-Skip-Revocation";

/// What kind of party a request comes from, where it is not the calling party itself.
pub const FROM_PARTY_TYPE: &str = "OPNC-from-party-type";

/// The identifier of that party: WMI, provider id, operator id, or fingerprint of a root.
pub const FROM_PARTY_ID: &str = "OPNC-from-party-id";

/// What kind of party a request is for.
pub const TO_PARTY_TYPE: &str = "OPNC-to-party-type";

/// The identifier of that party.
pub const TO_PARTY_ID: &str = "OPNC-to-party-id";

/// Carried along through every call that one event has caused (P8).
pub const CORRELATION_ID: &str = "OPNC-Correlation-ID";

/// The ids of the ecosystems that have passed a question on, with commas between them. Ours (F2).
pub const FORWARDED_BY: &str = "OPNC-Forwarded-By";

/// Reads a header that is true or false, in any case.
///
/// # Errors
/// A sentence for the caller when it is neither.
pub fn read_flag(name: &str, value: &str) -> Result<bool, String> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if value.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(format!("{name} : must be \"true\" or \"false\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags() {
        assert_eq!(read_flag(BROADCAST, "true"), Ok(true));
        assert_eq!(read_flag(BROADCAST, " False "), Ok(false));
        for wrong in ["", "1", "yes"] {
            assert_eq!(read_flag(BROADCAST, wrong).unwrap_err(), r#"broadcast : must be "true" or "false""#);
        }
    }
}
