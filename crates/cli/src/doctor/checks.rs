//! The database, and what is in it: whether it is this ecosystem, who runs it, and whether time goes on.

use opnc_messages::Role;
use opnc_server::config::Config;
use opnc_services::identity::Held;
use opnc_services::{figures, identity, parties};
use opnc_store::Schema;
use opnc_store::parties::PartyStatus;

use super::report::Report;
use super::{authorities, lists, peers};
use crate::config_arg::{self, Opened};

/// Whether the database can be reached, and has the tables that this program knows.
pub(super) async fn database(config: &Config, report: &mut Report) -> bool {
    let looked = match config.store.options() {
        Ok(options) => Schema::of(&options).await.map_err(|error| error.to_string()),
        Err(problem) => Err(problem),
    };
    match looked {
        Err(problem) => report.fail("database", problem, "see that it is there and that this user may use it"),
        Ok(schema) if !schema.newer.is_empty() => {
            report.fail("database", "was migrated by a newer program", "run the newer program, or restore a backup");
        }
        Ok(schema) if !schema.modified.is_empty() => report.fail(
            "database",
            format!("has migrations that are not those of this program: {}", numbers(&schema.modified)),
            "run the program that made it, or restore a backup; `opnc migrate status` shows them",
        ),
        Ok(schema) if schema.known.iter().all(|migration| !migration.applied) => report.fail(
            "database",
            config_arg::not_ours(config, Held::Nothing),
            "see that store.url names the right one, or restore a backup",
        ),
        Ok(schema) if !schema.is_current() => {
            report.warn("database", "lacks migrations", "`opnc migrate up`; `opnc serve` does the same");
        }
        Ok(_) => {
            report.ok("database", "can be read, and its schema is up to date");
            return true;
        }
    }
    false
}

fn numbers(versions: &[i64]) -> String {
    versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What is in a database whose tables are ours. Opening it changes nothing then.
pub(super) async fn ecosystem(config: &Config, report: &mut Report, days: u32) {
    let opened = match config_arg::open(config).await {
        Ok(opened) => opened,
        Err(failure) => return report.fail("ecosystem", failure, "put right what is named"),
    };
    clock(&opened, report);
    admins(config, &opened, report).await;
    authorities::examine(&opened.ecosystem, report, days).await;
    token_key(&opened, report).await;
    peers::examine(&opened, report, days).await;
    lists::examine(&opened, report).await;
    for check in figures::checks(&opened.ecosystem).await {
        if let Some(problem) = check.problem {
            // What is known of it by name has been said.
            report.fail_once(check.name, crate::failure::Failure::service(problem), "put right what is named");
        }
    }
    opened.ecosystem.store().close().await;
}

/// Whether time goes on from what the database has seen.
fn clock(opened: &Opened, report: &mut Report) {
    let now = opened.ecosystem.now();
    // The year in which this program was made: a clock that was never set shows an earlier one.
    let made = jiff::civil::date(2026, 1, 1).to_zoned(jiff::tz::TimeZone::UTC).map(|at| at.timestamp());
    match made {
        Ok(made) if now < made => report.fail("clock", format!("shows {now:.0}"), "set it, and keep it right by NTP"),
        _ => report.ok("clock", format!("shows {now:.0}")),
    }
}

/// Whether there are as many admins as it takes.
async fn admins(config: &Config, opened: &Opened, report: &mut Report) {
    let parties = match parties::list(&opened.caller, &opened.ecosystem).await {
        Ok(parties) => parties,
        Err(error) => return report.fail("admins", error, "restore a backup"),
    };
    let active =
        |view: &&parties::PartyView| view.party.role == Role::Admin && view.party.status == PartyStatus::Active;
    let (count, needed) = (parties.iter().filter(active).count(), usize::from(config.rcp.approvals));
    match (count, needed) {
        (0, _) => {
            report.warn("admins", "no party is an active admin", "`opnc party add NAME --role admin`, or enable one")
        }
        (1, 2..) => report.warn(
            "admins",
            "there is one, and with rcp.approvals = 2 a change of the root pool needs a second",
            "`opnc party add NAME --role admin`; a second user of this machine can approve by `opnc rcp approve` too",
        ),
        _ => report.ok("admins", format!("{count} active")),
    }
}

/// Whether access tokens that are out can still be verified after the next start.
async fn token_key(opened: &Opened, report: &mut Report) {
    let known = match identity::last_token_key(&opened.ecosystem).await {
        Ok(known) => known,
        Err(error) => return report.fail("token key", error, "restore a backup"),
    };
    match (opnc_server::token_key(&*opened.ecosystem.keys()), known) {
        (Ok(Some(id)), Some(known)) if id != known => report.warn(
            "token key",
            "is not the one of the last start: tokens that were signed with that one are refused",
            "restore oauth.pem in the folder of the keys, and give all replicas the same one",
        ),
        (Ok(None), Some(_)) => report.warn(
            "token key",
            "oauth.pem in the folder of the keys is lost: the next start makes another, and all tokens end",
            "restore it; or let the parties fetch new tokens",
        ),
        (Err(error), _) => report.fail("token key", error, "restore the keys and the key that encrypts them"),
        (Ok(Some(_)), _) => report.ok("token key", "is there"),
        (Ok(None), None) => report.ok("token key", "is made at the first start"),
    }
}
