//! The key that encrypts the keys of a file key store.

use std::path::Path;
use std::{fmt, fs, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::Zeroizing;

/// 32 random bytes that an operator keeps outside the data directory.
pub struct KeyEncryptionKey(Zeroizing<[u8; 32]>);

/// A key-encryption key cannot be had.
#[derive(Debug, Error)]
pub enum KekError {
    /// The text is not 32 bytes in hex or base64. The text itself is not repeated: it may be nearly right.
    #[error(
        "the key-encryption key is not 32 bytes in hex (64 digits) or base64 (44 characters); make one with `openssl rand -hex 32`"
    )]
    BadText,
    /// The file cannot be read.
    #[error("the key-encryption key file {path} cannot be read: {source}")]
    File {
        /// Which file.
        path: String,
        /// How it failed.
        source: io::Error,
    },
    /// The file can be read by others than its owner.
    #[error("the key-encryption key file {path} has mode {mode:o}: only its owner may read it (chmod 600)")]
    Readable {
        /// Which file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
}

impl KeyEncryptionKey {
    /// A key of these bytes, which must be random.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads 32 bytes in hex or base64; space around them is ignored. This is the form of an environment variable.
    ///
    /// # Errors
    /// [`KekError::BadText`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KekError> {
        let text = text.trim();
        let bytes = hex::decode(text).ok().or_else(|| STANDARD.decode(text).ok()).map(Zeroizing::new);
        let bytes = bytes.as_ref().and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        bytes.map(Self::new).ok_or(KekError::BadText)
    }

    /// Reads the same from a file that only its owner can read.
    ///
    /// # Errors
    /// [`KekError::File`], [`KekError::Readable`] when group or others have any permission on it, [`KekError::BadText`].
    pub fn from_file(path: &Path) -> Result<Self, KekError> {
        let failed = |source| KekError::File { path: path.display().to_string(), source };
        let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KekError::Readable { path: path.display().to_string(), mode });
            }
        }
        Self::parse(&text)
    }

    /// The password under which key files are encrypted: the 64 lower-case hex digits of the key, so that
    /// `openssl pkey -passin` can be given it on a terminal.
    pub fn password(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_base64_are_the_same_key() {
        let bytes = [0xab; 32];
        for text in [hex::encode(bytes), hex::encode_upper(bytes), format!(" {}\n", STANDARD.encode(bytes))] {
            assert_eq!(*KeyEncryptionKey::parse(&text).unwrap().password(), hex::encode(bytes));
        }
        for text in ["", "abc", &hex::encode([1; 31]), &STANDARD.encode([1; 33]), "passwordpasswordpasswordpassword"] {
            assert!(matches!(KeyEncryptionKey::parse(text), Err(KekError::BadText)), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_open_to_others_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), hex::encode([7; 32])).unwrap();
        assert!(KeyEncryptionKey::from_file(file.path()).is_ok());
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(KeyEncryptionKey::from_file(file.path()), Err(KekError::Readable { mode: 0o640, .. })));
        assert!(matches!(KeyEncryptionKey::from_file(Path::new("/nowhere/kek")), Err(KekError::File { .. })));
    }
}
