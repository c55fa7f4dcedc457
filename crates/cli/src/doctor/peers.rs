//! Peers: the certificates that we show to them, and whether their roots can be read.

use jiff::SignedDuration;
use opnc_pki::certificate::Outline;
use opnc_services::{peers, trust};
use opnc_store::parties::PartyStatus;

use super::period;
use super::report::Report;
use crate::config_arg::Opened;
use crate::failure::Failure;

/// A line for each certificate that we show at a peer, and one for each peer whose roots could not be read.
pub(super) async fn examine(opened: &Opened, report: &mut Report, days: u32) {
    let all = match peers::list(&opened.caller, &opened.ecosystem).await {
        Ok(all) => all,
        Err(error) => return report.fail("peers", Failure::service(error), "restore a backup"),
    };
    match trust::unknown_peers(&opened.ecosystem).await {
        Ok(unknown) => {
            for (peer, purposes) in unknown {
                let problem = format!("{}{peer} names no peer: no root counts by it", trust::PEER);
                report.warn(&format!("trust.{}", purposes.join(", trust.")), problem, "`opnc peer list` has the names");
            }
        }
        Err(error) => report.fail("trust", Failure::service(error), "restore a backup"),
    }
    let (now, ahead) = (opened.ecosystem.now(), SignedDuration::from_hours(i64::from(days) * 24));
    for view in all.iter().filter(|view| view.party.party.status == PartyStatus::Active) {
        let name = &view.party.party.name;
        if let Some(own) = &view.peer.certificate {
            let title = format!("our certificate at {name}");
            match Outline::from_pem(&own.chain) {
                Ok(leaf) => {
                    let to_do = "`opnc peer change` with --client-certificate and --client-key";
                    period::examine(report, &title, leaf.not_before(), leaf.not_after(), now, ahead, to_do);
                }
                Err(error) => report.fail(&title, error, "`opnc peer change` with another one"),
            }
        }
        let problems = view.sync.as_ref().map(|sync| sync.problems.join("; ")).filter(|text| !text.is_empty());
        if let Some(problem) = problems {
            let to_do = "`opnc peer sync` tries again; the operator of the peer may know more";
            report.warn(&format!("roots of {name}"), problem, to_do);
        }
    }
}
