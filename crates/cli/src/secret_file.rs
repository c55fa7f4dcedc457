//! Secrets of 32 bytes in files of their own, which only their owner can read.

use std::fs;
use std::path::Path;

use rand::Rng;
use zeroize::Zeroizing;

use crate::ecosystem::write_private;
use crate::failure::Failure;

/// Reads 32 bytes in hex.
///
/// # Errors
/// When the file cannot be read, when others can read it too, or when it holds something else.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, Failure> {
    let name = || path.display().to_string();
    let failed = |source| Failure::Read { name: name(), source };
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).map_err(failed)?.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let problem = format!("has mode {mode:o}: only its owner may read it (chmod 600)");
            return Err(Failure::Content { name: name(), problem });
        }
    }
    let mut bytes = Zeroizing::new([0; 32]);
    // The error repeats a character of the text, which is nobody's business.
    hex::decode_to_slice(text.trim(), bytes.as_mut_slice()).map_err(|_| Failure::Content {
        name: name(),
        problem: "is not 32 bytes in hex; `openssl rand -hex 32` makes some".to_owned(),
    })?;
    Ok(bytes)
}

/// Writes 32 random bytes in hex.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn make(path: &Path) -> Result<(), Failure> {
    let mut bytes = Zeroizing::new([0; 32]);
    rand::rng().fill_bytes(bytes.as_mut_slice());
    let text = Zeroizing::new(hex::encode(*bytes));
    write_private(path, text.as_bytes())
}
