//! Files that the user names, in whatever form they come.
//!
//! Binary data travels as text in this field: EXI and certificates are base64 in the JSON of OPNC and hex in logs. So a
//! file may hold either, and `-` is the standard input.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::failure::Failure;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A file to read, or the standard input.
#[derive(Debug, Clone)]
pub(crate) struct Input(PathBuf);

impl From<std::ffi::OsString> for Input {
    fn from(path: std::ffi::OsString) -> Input {
        Input(path.into())
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_stdin() { f.write_str("the standard input") } else { write!(f, "{}", self.0.display()) }
    }
}

impl Input {
    fn is_stdin(&self) -> bool {
        self.0.as_os_str() == "-"
    }

    /// The content as it is.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut content = Vec::new();
        let read = if self.is_stdin() {
            std::io::stdin().read_to_end(&mut content).map(drop)
        } else {
            std::fs::read(&self.0).map(|read| content = read)
        };
        match read {
            Ok(()) => Ok(content),
            Err(source) => Err(Failure::Read { name: self.to_string(), source }),
        }
    }

    /// Something is wrong with the content.
    pub(crate) fn problem(&self, problem: impl fmt::Display) -> Failure {
        Failure::Content { name: self.to_string(), problem: problem.to_string() }
    }
}

/// What hex or base64 text stands for, whitespace ignored. None where it is neither.
pub(crate) fn binary_of_text(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    hex::decode(&text).ok().or_else(|| BASE64.decode(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_hex_or_base64_with_or_without_padding_and_line_breaks() {
        let exi = [0x80, 0x98, 0x02, 0x0c];
        for text in ["8098020c", "8098 020C\n", "gJgCDA==", "gJgCDA", "gJgC\r\nDA==\r\n"] {
            assert_eq!(binary_of_text(text.as_bytes()).as_deref(), Some(&exi[..]), "{text}");
        }
        assert_eq!(binary_of_text(b"{\"no\":1}"), None);
    }
}
