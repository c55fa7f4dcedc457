//! Keys as encrypted files, one per key: `<id>.pem` in one directory.
//!
//! A key is decrypted once and then kept in memory: the cost of decryption is paid at the first signature only.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::sealing::SealingKey;
use super::store::check_id;
use super::{
    Algorithm, KeyEncryptionKey, KeyStore, KeyStoreError, PublicKey, SoftwareKey, decrypt_pkcs8, encrypt_pkcs8,
};

/// A directory of encrypted keys.
#[derive(Debug)]
pub struct FileKeyStore {
    directory: PathBuf,
    kek: KeyEncryptionKey,
    cache: Mutex<HashMap<String, SoftwareKey>>,
}

impl FileKeyStore {
    /// Opens the store in `directory`, which is made (with mode 0700) when it is missing.
    ///
    /// # Errors
    /// [`KeyStoreError::Io`].
    pub fn open(directory: &Path, kek: KeyEncryptionKey) -> Result<Self, KeyStoreError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(|source| failed("create", directory, source))?;
        Ok(Self { directory: directory.to_owned(), kek, cache: Mutex::default() })
    }

    fn path(&self, id: &str) -> PathBuf {
        self.directory.join(format!("{id}.pem"))
    }

    fn key(&self, id: &str) -> Result<SoftwareKey, KeyStoreError> {
        check_id(id)?;
        if let Some(key) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(key.clone());
        }
        let path = self.path(id);
        let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => KeyStoreError::NotFound(id.to_owned()),
            _ => failed("read", &path, source),
        })?;
        let key = decrypt_pkcs8(&text, &self.kek).map_err(|_| KeyStoreError::Unreadable {
            id: id.to_owned(),
            reason: format!("{} is not a key encrypted under this key-encryption key", path.display()),
        })?;
        self.remember(id, &key);
        Ok(key)
    }

    fn sealing(&self) -> Result<SealingKey, KeyStoreError> {
        Ok(SealingKey::derived(self.kek.password().as_bytes())?)
    }

    fn remember(&self, id: &str, key: &SoftwareKey) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), key.clone());
    }
}

impl KeyStore for FileKeyStore {
    fn generate(&self, id: &str, algorithm: Algorithm) -> Result<PublicKey, KeyStoreError> {
        check_id(id)?;
        let path = self.path(id);
        let key = SoftwareKey::generate(algorithm)?;
        write_new(&self.directory, &path, encrypt_pkcs8(&key, &self.kek)?.as_bytes()).map_err(|source| match source
            .kind()
        {
            io::ErrorKind::AlreadyExists => KeyStoreError::AlreadyExists(id.to_owned()),
            _ => failed("write", &path, source),
        })?;
        self.remember(id, &key);
        Ok(key.public_key().clone())
    }

    fn public_key(&self, id: &str) -> Result<PublicKey, KeyStoreError> {
        Ok(self.key(id)?.public_key().clone())
    }

    fn sign(&self, id: &str, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        Ok(self.key(id)?.sign_raw(message)?)
    }

    fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        self.sealing()?.seal(name, secret)
    }

    fn unseal(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        self.sealing()?.unseal(name, sealed)
    }
}

/// Writes a file that appears whole or not at all, survives a power cut, and never replaces another.
///
/// The name is given by a hard link and not by a rename, because a rename would overwrite a key that another process made
/// under the same name a moment ago.
fn write_new(directory: &Path, path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random).map_err(io::Error::other)?;
    let draft = directory.join(format!(".{}.draft", hex::encode(random)));
    let written = write_draft(&draft, contents).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    written.and(removed).and_then(|()| File::open(directory)?.sync_all())
}

fn write_draft(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> KeyStoreError {
    KeyStoreError::Io { action, path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const P256: Algorithm = Algorithm::Secp256r1;

    fn open(directory: &Path, byte: u8) -> FileKeyStore {
        FileKeyStore::open(directory, KeyEncryptionKey::new([byte; 32])).unwrap()
    }

    #[test]
    fn keys_survive_and_openssl_reads_them() {
        let directory = tempfile::tempdir().unwrap();
        let public = open(directory.path(), 1).generate("emsp-sub2", P256).unwrap();

        let again = open(directory.path(), 1);
        assert_eq!(again.public_key("emsp-sub2").unwrap(), public);
        assert!(public.verify_raw(b"m", &again.sign("emsp-sub2", b"m").unwrap()).is_ok());

        let output = Command::new("openssl")
            .args(["pkey", "-pubout", "-outform", "DER", "-in"])
            .arg(directory.path().join("emsp-sub2.pem"))
            .args(["-passin", &format!("pass:{}", hex::encode([1; 32]))])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, public.to_spki());
    }

    #[test]
    fn a_key_that_openssl_made_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("theirs.pem");
        let output = Command::new("openssl")
            .args(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass"])
            .arg(format!("pass:{}", hex::encode([3; 32])))
            .arg("-out")
            .arg(&path)
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(open(directory.path(), 3).public_key("theirs").is_ok());
    }

    #[test]
    fn a_key_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let (one, other) = (open(directory.path(), 1), open(directory.path(), 1));
        let public = one.generate("a", P256).unwrap();
        assert!(matches!(other.generate("a", P256), Err(KeyStoreError::AlreadyExists(_))));
        assert_eq!(other.public_key("a").unwrap(), public);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn another_key_encryption_key_or_a_broken_file_is_told() {
        let directory = tempfile::tempdir().unwrap();
        open(directory.path(), 1).generate("a", P256).unwrap();
        assert!(matches!(open(directory.path(), 2).sign("a", b""), Err(KeyStoreError::Unreadable { .. })));
        fs::write(directory.path().join("b.pem"), "").unwrap();
        assert!(matches!(open(directory.path(), 1).sign("b", b""), Err(KeyStoreError::Unreadable { .. })));
        assert!(matches!(open(directory.path(), 1).sign("c", b""), Err(KeyStoreError::NotFound(_))));
        assert!(matches!(open(directory.path(), 1).sign("../a", b""), Err(KeyStoreError::BadId(_))));
    }

    #[test]
    fn what_is_sealed_is_read_by_whoever_has_the_key_encryption_key() {
        let directory = tempfile::tempdir().unwrap();
        let sealed = open(directory.path(), 1).seal("a", b"secret").unwrap();
        assert_eq!(open(directory.path(), 1).unseal("a", &sealed).unwrap().as_slice(), b"secret");
        assert!(matches!(open(directory.path(), 2).unseal("a", &sealed), Err(KeyStoreError::Unreadable { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory.path().join("keys"), 1);
        store.generate("a", P256).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.path("a")), 0o600);
        assert_eq!(mode(&store.directory), 0o700);
    }
}
