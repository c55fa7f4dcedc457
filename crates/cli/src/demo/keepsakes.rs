//! What `--out` leaves behind, for looking at with other tools.

use std::fs;
use std::path::Path;

use opnc_client::vehicle::Vehicle;
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso2::Contract;
use serde_json::json;

use super::cast::Cast;
use super::scenes::charging::Installation;
use super::scenes::iso20::{Installation20, NextGeneration};
use super::story::Story;
use crate::ecosystem::write_private;
use crate::failure::Failure;

/// The roots, the car, its contract, and the messages between them.
pub(crate) struct Keepsakes {
    roots: [(&'static str, Certificate); 3],
    car: Vehicle,
    installation: Installation,
    contract: Contract,
    v2g_root20: Certificate,
    installation20: Installation20,
}

impl Keepsakes {
    /// Collects them before the ecosystem goes.
    pub(crate) fn of(
        cast: &Cast,
        car: Vehicle,
        installation: Installation,
        contract: Contract,
        next: &NextGeneration,
        installation20: Installation20,
    ) -> Self {
        let roots = [
            ("v2g", cast.v2g_root.clone()),
            ("oem", cast.oem_pki.root.certificate().clone()),
            ("emsp", cast.emsp_pki.root.certificate().clone()),
        ];
        Self { roots, car, installation, contract, v2g_root20: next.v2g_root.clone(), installation20 }
    }

    /// Writes `roots/*.pem`, `vehicle/{chain,key}.pem`, `contract/{installation-req,installation-res}.exi`,
    /// `contract/{chain,key}.pem`, `iso20/{installation-req,installation-res}.exi`, `iso20/{v2g-root,vehicle-chain}.pem`,
    /// `iso20/vehicle-key.pem` and `summary.json`.
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
        self.leave_iso20(&directory.join("iso20"))?;
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

impl Keepsakes {
    fn leave_iso20(&self, directory: &Path) -> Result<(), Failure> {
        let Installation20 { car, request, response } = &self.installation20;
        write(&directory.join("installation-req.exi"), request)?;
        write(&directory.join("installation-res.exi"), response)?;
        write(&directory.join("v2g-root.pem"), self.v2g_root20.to_pem().as_bytes())?;
        write(&directory.join("vehicle-chain.pem"), pem(&car.chain).as_bytes())?;
        let key = car.key.to_pkcs8_pem().map_err(Failure::ecosystem)?;
        write_private(&directory.join("vehicle-key.pem"), key.as_bytes())
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
