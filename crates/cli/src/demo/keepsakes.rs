//! What `--out` leaves behind, for looking at with other tools.

use std::fs;
use std::path::Path;

use opnc_client::vehicle::Vehicle;
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso2::Contract;
use serde_json::json;

use super::cast::Cast;
use super::scenes::charging::Installation;
use super::story::Story;
use crate::ecosystem::write_private;
use crate::failure::Failure;

/// The roots, the car, its contract, and the messages between them.
pub(crate) struct Keepsakes {
    roots: [(&'static str, Certificate); 3],
    car: Vehicle,
    installation: Installation,
    contract: Contract,
}

impl Keepsakes {
    /// Collects them before the ecosystem goes.
    pub(crate) fn of(cast: &Cast, car: Vehicle, installation: Installation, contract: Contract) -> Self {
        let roots = [
            ("v2g", cast.v2g_root.clone()),
            ("oem", cast.oem_pki.root.certificate().clone()),
            ("emsp", cast.emsp_pki.root.certificate().clone()),
        ];
        Self { roots, car, installation, contract }
    }

    /// Writes `roots/*.pem`, `vehicle/{chain,key}.pem`, `contract/{installation-req,installation-res}.exi`,
    /// `contract/{chain,key}.pem` and `summary.json`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(crate) fn leave_in(&self, directory: &Path, story: &Story) -> Result<(), Failure> {
        for (name, root) in &self.roots {
            write(&directory.join("roots").join(format!("{name}.pem")), root.to_pem().as_bytes())?;
        }
        write(&directory.join("vehicle/chain.pem"), pem(&self.car.chain).as_bytes())?;
        let key = self.car.key.to_pkcs8_pem().map_err(Failure::ecosystem)?;
        write_private(&directory.join("vehicle/key.pem"), key.as_bytes())?;
        write(&directory.join("contract/installation-req.exi"), &self.installation.request)?;
        write(&directory.join("contract/installation-res.exi"), &self.installation.response)?;
        write(&directory.join("contract/chain.pem"), pem(&self.contract.chain).as_bytes())?;
        let key = self.contract.key.to_pkcs8_pem().map_err(Failure::ecosystem)?;
        write_private(&directory.join("contract/key.pem"), key.as_bytes())?;
        let summary = json!({
            "pcid": self.car.pcid,
            "emaid": self.contract.emaid,
            "sessionId": self.installation.session,
            "steps": story.record().steps,
        });
        let summary = serde_json::to_vec_pretty(&summary).map_err(Failure::ecosystem)?;
        write(&directory.join("summary.json"), &summary)
    }
}

fn pem(chain: &[Certificate]) -> String {
    chain.iter().map(Certificate::to_pem).collect()
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| Failure::write(parent, source))?;
    }
    fs::write(path, content).map_err(|source| Failure::write(path, source))
}
