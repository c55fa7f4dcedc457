//! Our authorities: whether each key is there and fits, and how long each certificate is good.

use jiff::{SignedDuration, Timestamp};
use opnc_pki::certificate::Certificate;
use opnc_services::Ecosystem;
use opnc_store::authorities::{Authority, AuthorityKind};
use opnc_store::{authorities, roots};

use super::report::Report;

/// Looks at all that sign.
pub(super) async fn examine(ecosystem: &Ecosystem, report: &mut Report, days: u32) {
    let read = async {
        let mut reader = ecosystem.store().read().await?;
        Ok::<_, opnc_store::StoreError>((
            authorities::list(&mut reader).await?,
            roots::list(&mut reader, None, None).await?,
        ))
    };
    let (rows, trusted) = match read.await {
        Ok(read) => read,
        Err(error) => return report.fail("authorities", error, "restore a backup"),
    };
    if !rows.iter().any(|row| row.active) {
        report.warn("authorities", "there are none", "`opnc ca found` makes them");
    }
    for row in rows.iter().filter(|row| row.active) {
        let name = name(row);
        let Ok(certificate) = Certificate::from_der(&row.certificate.der) else {
            report.fail(&name, "its certificate cannot be read", "restore a backup");
            continue;
        };
        match ecosystem.keys().public_key(&row.key_id) {
            Err(error) => report.fail(&name, error, "restore the keys and the key that encrypts them"),
            Ok(key) if key != *certificate.public_key() => {
                let found = format!("the key {} is not its certificate's", row.key_id);
                report.fail(&name, found, "restore keys and database together");
            }
            Ok(_) => validity(report, row, &certificate, ecosystem.now(), days),
        }
        if certificate.is_self_issued() && !trusted.iter().any(|root| root.fingerprint == row.root_fingerprint) {
            report.warn(&name, "is not in the root pool", "`opnc rcp add FILE --type v2g` puts it there");
        }
    }
}

/// The generation of ISO 15118 with the kind: there is one of each.
fn name(row: &Authority) -> String {
    let kind = row.kind.as_str();
    if row.algorithm == "secp256r1" { kind.to_owned() } else { format!("{kind} {}", row.algorithm) }
}

/// What an authority issues cannot outlive it: so it is to be looked at when a tenth of its life is left, and a signer when
/// the service should have renewed it.
fn validity(report: &mut Report, row: &Authority, certificate: &Certificate, now: Timestamp, days: u32) {
    let life = certificate.not_after().duration_since(certificate.not_before());
    let (share, to_do) = match row.kind {
        AuthorityKind::CpsSigner => (
            life / 3 - SignedDuration::from_hours(48),
            "`opnc ca renew`; `opnc serve` does it when a third of its life is left",
        ),
        _ => (life / 10, "what it issues ends with it: plan its successor, below a new root where it is a root"),
    };
    let asked = SignedDuration::from_hours(i64::from(days) * 24);
    super::period::examine(
        report,
        &name(row),
        certificate.not_before(),
        certificate.not_after(),
        now,
        share.max(asked),
        to_do,
    );
}
