//! The car: built and published by its maker, found by a mobility provider.

use opnc_client::vehicle::Vehicle;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Pcid;
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Anchors, Purpose};
use opnc_pki::profile;
use rand::RngExt;

use crate::demo::cast::Cast;
use crate::demo::story::{Outcome, Story};
use crate::ecosystem::certificate_chain;
use crate::failure::Failure;

/// The carmaker builds a car and publishes its provisioning certificate.
pub(crate) async fn publish(story: &mut Story, cast: &mut Cast) -> Result<Vehicle, Failure> {
    let car = build(cast)?;
    let outcome = publish_car(cast, &car).await;
    story.step("OEM A", "builds a car and publishes its provisioning certificate in the PCP", outcome)?;
    Ok(car)
}

/// A car with a new key and certificate that nobody knows of yet.
pub(crate) fn build(cast: &mut Cast) -> Result<Vehicle, Failure> {
    let number: u32 = cast.rng.random_range(0..1_000_000);
    let pcid = Pcid::parse(&format!("WAUZZZ8V0KA{number:06}")).map_err(Failure::ecosystem)?;
    let now = cast.launched.clock.now();
    let leaf =
        cast.oem_pki.leaf(&profile::PROVISIONING, pcid.as_sent(), now, &mut cast.rng).map_err(Failure::ecosystem)?;
    Ok(Vehicle { pcid, chain: leaf.chain(), key: leaf.key, v2g_roots: vec![cast.v2g_root.clone()] })
}

/// Publishes a car.
pub(crate) async fn publish_car(cast: &Cast, car: &Vehicle) -> Outcome<()> {
    let chain = certificate_chain(&car.chain).map_err(|error| error.to_string())?;
    let mut data = ProvisioningCertificateData::new(chain, IsoVersion::Iso2);
    data.v2g_root_key_ids =
        cast.v2g_root.subject_key_id().map(opnc_messages::ids::SubjectKeyId::from_bytes).into_iter().collect();
    cast.oem_a.add_provisioning_certificate(&data).await.map_err(|error| error.to_string())?;
    Ok(((), format!("PCID {}: WMI, dates and chain to the OEM root accepted", car.pcid)))
}

/// A mobility provider fetches it, and trusts it because of the root and not because of the pool.
pub(crate) async fn fetch(story: &mut Story, cast: &Cast, car: &Vehicle) -> Result<Certificate, Failure> {
    let outcome = async {
        if !cast.emsp_c.look_up_vehicle(&car.pcid, None).await.map_err(|error| error.to_string())? {
            return Err("the car is not found".to_owned());
        }
        let answer =
            cast.emsp_c.get_provisioning_certificate(&car.pcid, None, None).await.map_err(|error| error.to_string())?;
        let chain = answer.provisioning_certificate.provisioning_certificate_chain;
        let parse = |der: &[u8]| Certificate::from_der(der).map_err(|error| error.to_string());
        let leaf = parse(chain.certificate.as_bytes())?;
        let above = chain.sub_cas().map(|ca| parse(ca.as_bytes())).collect::<Result<Vec<_>, _>>()?;
        let roots = Anchors::new(vec![cast.oem_pki.root.certificate().clone()]);
        chain::verify(&leaf, &above, &roots, Purpose::Provisioning, cast.launched.clock.now())
            .map_err(|error| error.to_string())?;
        if Some(&leaf) != car.chain.first() {
            return Err("the pool gave another certificate".to_owned());
        }
        Ok((leaf, "chain valid up to the OEM root from the RCP".to_owned()))
    };
    story.step("eMSP C", "looks the car up and fetches its certificate", outcome.await)
}
