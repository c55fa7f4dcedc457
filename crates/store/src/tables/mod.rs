//! One file per table: its row as a type, its statements, and what can be done with it.

pub mod audit;
pub mod authorities;
pub mod cancelled_contracts;
pub mod certificates;
pub mod chosen_elsewhere;
pub mod client_certificates;
pub mod contracts;
pub(crate) mod cps_roots;
pub mod credentials;
pub mod crls;
pub mod default_contracts;
pub mod deliveries;
pub(crate) mod emaids;
pub mod event_endpoints;
pub(crate) mod frames;
pub mod introductions;
pub mod issued_certificates;
mod messages;
pub mod outbox;
pub mod parties;
pub mod party_identifiers;
pub mod peer_descriptions;
pub mod peer_roots;
pub mod peer_syncs;
pub mod peers;
pub mod provisioning;
pub mod root_changes;
pub mod roots;
pub mod settings;
pub mod tombstones;
pub mod trust_lists;
pub mod trust_versions;
pub mod unchecked_cars;

use crate::statement::Statement;

/// Every SQL text of this crate, so that checks can prepare or explain each of them on any engine.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [
        authorities::ALL,
        cancelled_contracts::ALL,
        certificates::ALL,
        chosen_elsewhere::ALL,
        client_certificates::ALL,
        contracts::ALL,
        cps_roots::ALL,
        credentials::ALL,
        crls::ALL,
        default_contracts::ALL,
        deliveries::ALL,
        deliveries::log::ALL,
        deliveries::work::ALL,
        emaids::ALL,
        event_endpoints::ALL,
        event_endpoints::health::ALL,
        frames::ALL,
        introductions::ALL,
        issued_certificates::ALL,
        outbox::ALL,
        parties::ALL,
        party_identifiers::ALL,
        peer_descriptions::ALL,
        peer_roots::ALL,
        peer_syncs::ALL,
        peers::ALL,
        provisioning::ALL,
        root_changes::ALL,
        roots::ALL,
        settings::ALL,
        tombstones::ALL,
        trust_lists::ALL,
        trust_versions::ALL,
        unchecked_cars::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain(audit::all())
}
