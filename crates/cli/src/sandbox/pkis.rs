//! PKIs of the sandbox's parties, with their keys left in files, so that an integrator can act as any of them.

use opnc_messages::Role;
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::issue::Authority;
use opnc_pki::key::{Algorithm, Signer, SoftwareKey};
use opnc_pki::profile;
use rand::CryptoRng;

use super::state::Folder;
use crate::ecosystem::Launched;
use crate::failure::Failure;

/// Makes the PKI of an OEM or eMSP: `pki/NAME/{root,chain}.pem` and the key of its issuing CA in `pki/NAME/key.pem`.
pub(crate) fn own(
    launched: &Launched,
    folder: &Folder,
    role: Role,
    name: &str,
    rng: &mut dyn CryptoRng,
) -> Result<Hierarchy, Failure> {
    let domain = if role == Role::Oem { Domain::Oem } else { Domain::Emsp };
    let now = launched.clock.now();
    let profile = domain.root_profile();
    let subject = profile.subject(&format!("{name} root CA"), name, None).map_err(Failure::ecosystem)?;
    let root = Authority::root(profile, subject, profile.validity_from(now), Signer::from(new_key()?), rng)
        .map_err(Failure::ecosystem)?;
    let issuing = new_key()?;
    let signers = [Signer::from(new_key()?), Signer::from(issuing.clone())];
    let pki = Hierarchy::below_with(root, domain, name, signers, now, rng).map_err(Failure::ecosystem)?;
    let directory = directory(name);
    folder.write(&format!("{directory}/root.pem"), pki.root.certificate().to_pem().as_bytes())?;
    leave(folder, &directory, &pki.sub_cas(), &issuing)?;
    Ok(pki)
}

/// Makes a CPS of a party below the ecosystem's V2G root: `pki/NAME/{chain,key}.pem` are its leaf's.
pub(crate) fn cps(
    launched: &Launched,
    folder: &Folder,
    v2g_root: &Certificate,
    name: &str,
    rng: &mut dyn CryptoRng,
) -> Result<(), Failure> {
    let signer = Signer::stored(launched.ecosystem.keys(), "v2g-root").map_err(Failure::ecosystem)?;
    let root = Authority::existing(v2g_root.clone(), Vec::new(), signer).map_err(Failure::ecosystem)?;
    let now = launched.clock.now();
    let pki = Hierarchy::below(root, Domain::Cps, name, now, rng).map_err(Failure::ecosystem)?;
    let leaf: Leaf = pki.leaf(&profile::CPS, name, now, rng).map_err(Failure::ecosystem)?;
    leave(folder, &directory(name), &leaf.chain(), &leaf.key)
}

fn new_key() -> Result<SoftwareKey, Failure> {
    SoftwareKey::generate(Algorithm::Secp256r1).map_err(Failure::ecosystem)
}

fn directory(name: &str) -> String {
    format!("pki/{}", name.to_ascii_lowercase().replace(' ', "-"))
}

fn leave(folder: &Folder, directory: &str, chain: &[Certificate], key: &SoftwareKey) -> Result<(), Failure> {
    let chain: String = chain.iter().map(Certificate::to_pem).collect();
    folder.write(&format!("{directory}/chain.pem"), chain.as_bytes())?;
    let key = key.to_pkcs8_pem().map_err(Failure::ecosystem)?;
    folder.write_private(&format!("{directory}/key.pem"), key.as_bytes())
}
