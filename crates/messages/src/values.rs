//! How the values of members are read: one function for each kind of value, for use with [`Fields`](crate::Fields).

use crate::fields::{Problem, wrong_kind};
use crate::ids::{Emaid, Fingerprint, IdError, Pcid, ProviderId, SerialNumber, SubjectKeyId};
use crate::{Base64Bytes, CertificateDer, IsoVersion, date, texts};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Any text. The character U+0000 is refused, because databases cannot keep it.
pub(crate) fn text(value: &Value) -> Result<String, Problem> {
    let text = string(value)?;
    if text.contains('\0') {
        return Err(Problem::about("must not contain the character U+0000"));
    }
    Ok(text.to_owned())
}

pub(crate) fn boolean(value: &Value) -> Result<bool, Problem> {
    value.as_bool().ok_or_else(|| wrong_kind("a boolean", value))
}

pub(crate) fn count(value: &Value) -> Result<u64, Problem> {
    value.as_u64().ok_or_else(|| Problem::about("must be a whole number that is not negative"))
}

/// An EMAID; the problem is the official text wherever in the body it stands.
pub(crate) fn emaid(value: &Value) -> Result<Emaid, Problem> {
    Emaid::parse(string(value)?).map_err(|error| Problem::exact(error.to_string()))
}

/// A PCID; the problem is the official text wherever in the body it stands.
pub(crate) fn pcid(value: &Value) -> Result<Pcid, Problem> {
    Pcid::parse(string(value)?).map_err(|error| Problem::exact(error.to_string()))
}

/// A PCID in a field of another name.
pub(crate) fn previous_pcid(value: &Value) -> Result<Pcid, Problem> {
    Pcid::parse(string(value)?).map_err(rule)
}

pub(crate) fn fingerprint(value: &Value) -> Result<Fingerprint, Problem> {
    Fingerprint::parse(string(value)?).map_err(rule)
}

pub(crate) fn key_id(value: &Value) -> Result<SubjectKeyId, Problem> {
    SubjectKeyId::parse(string(value)?).map_err(rule)
}

pub(crate) fn serial_number(value: &Value) -> Result<SerialNumber, Problem> {
    SerialNumber::parse(string(value)?).map_err(rule)
}

pub(crate) fn uuid(value: &Value) -> Result<Uuid, Problem> {
    let text = string(value)?;
    Uuid::try_parse(text).map_err(|_| Problem::about(format!("must be a UUID, not {}", quote(text))))
}

pub(crate) fn iso_version(value: &Value) -> Result<IsoVersion, Problem> {
    let text = string(value)?;
    IsoVersion::from_namespace(text).ok_or_else(|| one_of(&IsoVersion::ALL.map(IsoVersion::namespace), text))
}

pub(crate) fn date(value: &Value) -> Result<Timestamp, Problem> {
    date::parse(string(value)?)
        .ok_or_else(|| Problem::about("must be a date and time with an offset, such as 2027-01-31T00:00:00Z"))
}

/// A date with the official text of its own.
pub(crate) fn contract_date(field: &'static str) -> impl Fn(&Value) -> Result<Timestamp, Problem> {
    move |value| date::parse(string(value)?).ok_or_else(|| Problem::exact(texts::date_does_not_match(field)))
}

/// A certificate; `what` is its name in the official text.
pub(crate) fn certificate(what: &'static str) -> impl Fn(&Value) -> Result<CertificateDer, Problem> {
    move |value| {
        value
            .as_str()
            .and_then(|text| CertificateDer::parse(text).ok())
            .ok_or_else(|| Problem::exact(texts::invalid_certificate(what)))
    }
}

/// Certificates, at least one: a list, or one text that may have several in PEM.
pub(crate) fn certificates(what: &'static str) -> impl Fn(&Value) -> Result<Vec<CertificateDer>, Problem> {
    move |value| {
        let entries = match value {
            Value::Array(entries) => entries.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut found = Vec::new();
        for (position, text) in entries.iter().enumerate() {
            let read = text.as_str().and_then(|text| CertificateDer::parse_all(text).ok());
            let name = || if value.is_array() { format!("{what}[{position}]") } else { what.to_owned() };
            found.extend(read.ok_or_else(|| Problem::exact(texts::invalid_certificate(&name())))?);
        }
        if found.is_empty() {
            return Err(Problem::about("must have at least one certificate"));
        }
        Ok(found)
    }
}

/// An even number of hexadecimal digits, at least two.
pub(crate) fn hex(value: &Value) -> Result<Vec<u8>, Problem> {
    let bytes = crate::encoding::from_hex(string(value)?).filter(|bytes| !bytes.is_empty());
    bytes.ok_or_else(|| Problem::about("must be hexadecimal digits, two for each byte"))
}

pub(crate) fn provider_id(value: &Value) -> Result<ProviderId, Problem> {
    ProviderId::parse(string(value)?).map_err(rule)
}

pub(crate) fn base64(value: &Value) -> Result<Base64Bytes, Problem> {
    Base64Bytes::parse(string(value)?).ok_or_else(|| Problem::about("must be base64 of at least one byte"))
}

/// An EXI document; the problem is the official text.
pub(crate) fn exi(value: &Value) -> Result<Base64Bytes, Problem> {
    Base64Bytes::parse(string(value)?).ok_or_else(|| Problem::exact(texts::EXI_INVALID))
}

/// An `http` or `https` URL. It is kept and handed on, never fetched, so no more than its form is looked at.
pub(crate) fn url(value: &Value) -> Result<String, Problem> {
    let url = text(value)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    if rest.is_empty() || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Problem::about("must be an http or https URL"));
    }
    Ok(url)
}

/// The problem of a text that is none of `allowed`.
pub(crate) fn one_of(allowed: &[&str], text: &str) -> Problem {
    let allowed: Vec<String> = allowed.iter().map(|value| format!("\"{value}\"")).collect();
    Problem::about(format!("must be one of {}, not {}", allowed.join(", "), quote(text)))
}

pub(crate) fn string(value: &Value) -> Result<&str, Problem> {
    value.as_str().ok_or_else(|| wrong_kind("a string", value))
}

/// The start of a wrong value, in quotes: enough to recognise it, whatever was sent.
pub(crate) fn quote(text: &str) -> String {
    const SHOWN: usize = 60;
    let shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    let rest = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    format!("\"{shown}{rest}\"")
}

fn rule(error: IdError) -> Problem {
    Problem::about(error.rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn identifiers_have_the_official_texts() {
        assert_eq!(pcid(&json!("x")), Err(Problem::exact(r#"pcid : must match "^[a-zA-Z0-9]{17,18}$""#)));
        assert_eq!(
            emaid(&json!("x")),
            Err(Problem::exact(r#"emaid : must match "^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$""#))
        );
        assert_eq!(previous_pcid(&json!("x")), Err(Problem::about(r#"must match "^[a-zA-Z0-9]{17,18}$""#)));
    }

    #[test]
    fn a_wrong_value_is_shown_shortened() {
        let Err(Problem::About(rule)) = iso_version(&json!("é\n".repeat(1000))) else { panic!("accepted") };
        assert!(
            rule.starts_with(
                r#"must be one of "urn:iso:15118:2:2013:MsgDef", "urn:iso:15118:20:2020:MsgDef", not "é\n"#
            )
        );
        assert!(rule.ends_with("…\"") && rule.len() < 300, "{rule}");
    }

    #[test]
    fn urls() {
        for good in ["https://testemsp.com/subscriptions/v2g", "http://a"] {
            assert_eq!(url(&json!(good)).unwrap(), good);
        }
        for wrong in ["", "ftp://a", "https://", "https://a b", "javascript:alert(1)", "https://a\u{7}"] {
            assert!(url(&json!(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn texts_that_a_database_cannot_keep() {
        assert!(text(&json!("a\0b")).is_err());
        assert_eq!(text(&json!("ä\n")).unwrap(), "ä\n");
    }
}
