//! What the sandbox knows of itself from one start to the next, and what it tells programs.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::federation::One;
use super::identities::name;
use super::lock::Lock;
use crate::ecosystem::{STATUS_PORT, write_private};
use crate::failure::Failure;

/// Who and what there is. Paths are relative to the sandbox's directory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    pub(crate) parties: Vec<Party>,
    pub(crate) roots: Vec<Root>,
    pub(crate) vehicles: Vec<Vehicle>,
    /// The cars of ISO 15118-20; none in what an earlier version of this program kept.
    #[serde(default)]
    pub(crate) vehicles20: Vec<Vehicle>,
}

/// A party and its credentials.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) ids: Vec<String>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// A root in the RCP.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Root {
    pub(crate) types: Vec<String>,
    pub(crate) fingerprint: String,
    pub(crate) pem: String,
}

/// A car in the PCP.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Vehicle {
    pub(crate) pcid: String,
    pub(crate) chain: String,
    pub(crate) key: String,
}

/// The sandbox's directory, which no other one uses at the same time.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: Lock,
}

/// Written last at the first start: who has it has everything.
const STATE: &str = "state.json";
const ANNOUNCEMENT: &str = "sandbox.json";
/// Everything else that the sandbox makes in its directory; nothing but these is ever removed from there.
const OWN: [&str; 15] = [
    STATE,
    "state.json.tmp",
    "sandbox.json.tmp",
    "opnc.sqlite",
    "opnc.sqlite-wal",
    "opnc.sqlite-shm",
    "key-encryption-key",
    "pseudonym-key",
    STATUS_PORT,
    "keys",
    "roots",
    "vehicles",
    "pki",
    "ecosystem-2",
    "ecosystem-3",
];

impl Folder {
    /// Takes a directory, made when it is missing.
    ///
    /// # Errors
    /// When it cannot be made, when another sandbox has it, or when it holds things of others.
    pub(crate) fn take(path: &Path) -> Result<Self, Failure> {
        let path = std::path::absolute(path).map_err(|source| Failure::write(path, source))?;
        fs::create_dir_all(&path).map_err(|source| Failure::write(&path, source))?;
        let lock = Lock::take(&path, &OWN)?;
        Ok(Self { path, _lock: lock })
    }

    /// The path of a file in it, absolute.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes what the sandbox made here, but for the announcement.
    pub(crate) fn clear(&self) -> Result<(), Failure> {
        for name in OWN {
            let path = self.join(name);
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Failure::write(&path, error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// What an earlier start made, if one came to its end.
    pub(crate) fn state(&self) -> Result<Option<State>, Failure> {
        let path = self.join(STATE);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| Failure::Content {
                name: path.display().to_string(),
                problem: format!("{error}; `opnc sandbox --reset` begins anew"),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Failure::Read { name: path.display().to_string(), source }),
        }
    }

    pub(crate) fn keep_state(&self, state: &State) -> Result<(), Failure> {
        self.replace(STATE, state)
    }

    /// Takes the announcement away: until the next one nobody listens.
    pub(crate) fn announce_nothing(&self) -> Result<(), Failure> {
        let path = self.join(ANNOUNCEMENT);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::write(&path, error)),
            _ => Ok(()),
        }
    }

    /// The directory of the ecosystem of this number below the first's, 0 being the first.
    ///
    /// # Errors
    /// As for [`take`](Self::take).
    pub(crate) fn below(&self, number: usize) -> Result<Self, Failure> {
        Self::take(&self.join(&below(number)))
    }

    /// Tells programs that the sandbox is ready, where, and with what.
    pub(crate) fn announce(&self, all: &[One]) -> Result<(), Failure> {
        let ecosystems: Vec<_> = all.iter().enumerate().map(|(number, one)| described(number, one)).collect();
        self.replace(ANNOUNCEMENT, &json!({ "ecosystems": ecosystems }))
    }

    /// Writes a file as a whole or not at all.
    fn replace(&self, name: &str, content: &impl Serialize) -> Result<(), Failure> {
        let path = self.join(name);
        let unfinished = self.join(&format!("{name}.tmp"));
        let content = serde_json::to_vec_pretty(content).map_err(Failure::ecosystem)?;
        write_private(&unfinished, &content)?;
        fs::rename(&unfinished, &path).map_err(|source| Failure::write(&path, source))
    }

    /// Writes a file that everybody may read.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.parent_of(name)?;
        fs::write(&path, content).map_err(|source| Failure::write(&path, source))
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn write_private(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        write_private(&self.parent_of(name)?, content)
    }

    fn parent_of(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| Failure::write(parent, source))?;
        }
        Ok(path)
    }
}

/// Where the things of an ecosystem are, seen from the sandbox's directory.
fn below(number: usize) -> String {
    if number == 0 { String::new() } else { format!("ecosystem-{}", number + 1) }
}

/// What the ecosystem in this folder of a sandbox is called and where it is served, while it is.
pub(crate) fn served(folder: &Path) -> Option<(String, String)> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let number = name.strip_prefix("ecosystem-").and_then(|number| number.parse::<usize>().ok());
    let (home, place) = match number {
        Some(number @ 2..) => (folder.parent()?, number - 1),
        _ => (folder, 0),
    };
    let announced: Value = serde_json::from_slice(&fs::read(home.join(ANNOUNCEMENT)).ok()?).ok()?;
    let one = announced.get("ecosystems")?.get(place)?;
    let text = |member: &str| one.get(member)?.as_str().map(str::to_owned);
    Some((text("name")?, text("baseUrl")?))
}

/// Where to ask about trust.
fn trust(base_url: &str) -> serde_json::Value {
    let url = |name: &str| format!("{base_url}/opnc/v1/trust/{name}");
    json!({
        "resolveUrl": url("resolve"), "authorizeUrl": url("authorize"), "bundleUrl": url("bundle"), "keysUrl": url("keys"),
    })
}

fn described(number: usize, one: &One) -> serde_json::Value {
    let State { parties, roots, vehicles, vehicles20 } = &one.state;
    let path = |name: &str| if number == 0 { name.to_owned() } else { format!("{}/{name}", below(number)) };
    let roots: Vec<Root> = roots.iter().map(|root| Root { pem: path(&root.pem), ..root.clone() }).collect();
    let cars = |cars: &[Vehicle]| -> Vec<Vehicle> {
        let placed = |car: &Vehicle| Vehicle { chain: path(&car.chain), key: path(&car.key), ..car.clone() };
        cars.iter().map(placed).collect()
    };
    let base_url = &one.launched.running.base_url;
    json!({
        "name": name(number), "baseUrl": base_url, "tokenUrl": format!("{base_url}/oauth2/token"),
        "trust": trust(base_url),
        "statusUrl": one.launched.ecosystem.policy().status_url,
        "parties": parties, "roots": roots, "vehicles": cars(vehicles), "vehicles20": cars(vehicles20),
    })
}
