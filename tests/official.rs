//! Files of other people that tests read and the repository must not hold: the official OpenAPI files, and the
//! certificates and messages of real systems. They lie beside the repository, in `../shared` or where `$OPNC_SHARED` says.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{repository, skip};

const FOLDERS: [&str; 3] = ["opnc-spec", "data/hubject-qa", "data/gireve"];

/// So much of the middle of a file, in bytes, names it beyond doubt: its outer parts may be shared with others of its kind.
const TELLING: usize = 96;

#[test]
fn nothing_official_is_in_the_repository() {
    let Some(shared) = shared() else {
        skip::skip("nothing_official_is_in_the_repository", skip::NO_SHARED_DATA);
        return;
    };
    let officials: Vec<Official> = FOLDERS.iter().flat_map(|folder| read_folder(&shared.join(folder))).collect();
    assert!(!officials.is_empty(), "{} holds none of {FOLDERS:?}", shared.display());

    let root = repository::root();
    let mut found = Vec::new();
    for file in repository::files() {
        let content = fs::read(root.join(&file)).expect("a readable file");
        found.extend(
            officials
                .iter()
                .filter(|official| official.is_in(&content))
                .map(|official| format!("{} holds {}", file.display(), official.path.display())),
        );
    }
    assert!(found.is_empty(), "not ours to publish:\n{}", found.join("\n"));
}

#[test]
fn a_copy_is_known_in_every_writing() {
    let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
    let official = Official::new(PathBuf::from("x"), bytes.clone());
    let base64 = STANDARD.encode(&bytes);
    let wrapped: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    assert!(official.is_in(&bytes));
    assert!(official.is_in(format!("{{\"certificate\":\"{base64}\"}}").as_bytes()));
    assert!(official.is_in(wrapped.join("\",\n    \"").as_bytes()));
    assert!(official.is_in(hex::encode_upper(&bytes).as_bytes()));
    assert!(!official.is_in(b"something else"));

    let pem = Official::new(
        PathBuf::from("x.pem"),
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n").into_bytes(),
    );
    assert!(pem.is_in(base64.as_bytes()), "the body of a PEM file is known without its frame");
    assert!(pem.is_in(&bytes), "and as DER");
}

/// A file that must not be copied, with what gives a copy of it away.
struct Official {
    path: PathBuf,
    content: Vec<u8>,
    marks: [String; 2],
}

impl Official {
    fn new(path: PathBuf, file: Vec<u8>) -> Self {
        let content = pem_body(&file).unwrap_or(file);
        let spare = content.len().saturating_sub(TELLING) / 2;
        let marks = [
            // Base64 repeats itself only from a multiple of three bytes on; the last group may differ by what follows.
            inner_base64(&content, spare - spare % 3),
            hex::encode(content.iter().skip(spare).take(TELLING).copied().collect::<Vec<u8>>()),
        ];
        Self { path, content, marks }
    }

    fn is_in(&self, file: &[u8]) -> bool {
        if file == self.content || pem_body(file).is_some_and(|body| body == self.content) {
            return true;
        }
        let Ok(text) = std::str::from_utf8(file) else { return false };
        let joined: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect();
        let [base64, hex] = &self.marks;
        joined.contains(base64) || joined.to_ascii_lowercase().contains(hex)
    }
}

fn inner_base64(content: &[u8], from: usize) -> String {
    let inner: Vec<u8> = content.iter().skip(from).take(TELLING).copied().collect();
    let whole = inner.len() - inner.len() % 3;
    STANDARD.encode(inner.get(..whole).unwrap_or_default())
}

fn pem_body(file: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(file).ok().filter(|text| text.contains("-----BEGIN "))?;
    let body: String = text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).ok()
}

fn read_folder(folder: &Path) -> Vec<Official> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    entries
        .map(|entry| entry.expect("a readable entry").path())
        .map(|path| Official::new(path.clone(), fs::read(&path).expect("a readable file")))
        .collect()
}

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("OPNC_SHARED").map(PathBuf::from);
    let beside = repository::root().parent().map(|parent| parent.join("shared"));
    given.into_iter().chain(beside).find(|folder| folder.is_dir())
}
