//! The `opnc` program: reads the arguments, runs one verb, turns its result into an exit code.
//!
//! One file or folder per verb. A verb says [`Verdict`] where it checked something, and [`Failure`] where it could not do
//! its work; both end here, so that every verb exits the same way: 0 for success, 1 for a check that failed or work that
//! could not be done, 2 for arguments that make no sense.

mod audit;
mod backup;
mod ca;
mod cert;
mod certificates;
mod completions;
mod config;
mod config_arg;
mod demo;
mod doctor;
mod ecosystem;
mod events;
mod exi;
mod failure;
mod help;
mod init;
mod input;
mod man;
mod migrate;
mod offset_clock;
mod operator;
mod output;
mod party;
mod peer;
mod privacy;
mod rcp;
mod sandbox;
mod secret_file;
mod serve;
mod shell;
mod signals;
mod table;
mod trust;
mod trusted;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use failure::Failure;

/// A request makes hundreds of small allocations on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The Plug & Charge backend ecosystem of OPNC, the Open Plug & Charge protocol, in one program.
///
/// A car with Plug & Charge pays by a contract certificate that its driver's provider issued, that a provisioning service
/// signed and that reached the car through its maker or a charging station. The commands below run such an ecosystem, and look
/// into what is passed around in one.
#[derive(Parser)]
#[command(name = "opnc", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Demo(demo::Demo),
    Sandbox(sandbox::Sandbox),
    Init(init::Init),
    Serve(serve::Serve),
    #[command(subcommand)]
    Config(config::ConfigVerb),
    #[command(subcommand)]
    Party(party::PartyVerb),
    #[command(subcommand)]
    Peer(peer::PeerVerb),
    #[command(subcommand)]
    Rcp(rcp::RcpVerb),
    #[command(subcommand)]
    Trust(trust::TrustVerb),
    #[command(subcommand)]
    Ca(ca::CaVerb),
    #[command(subcommand)]
    Events(events::EventsVerb),
    #[command(subcommand)]
    Audit(audit::AuditVerb),
    #[command(subcommand)]
    Privacy(privacy::PrivacyVerb),
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Exi(exi::Exi),
    #[command(subcommand)]
    Cert(cert::Cert),
    Man(man::Man),
    Completions(completions::Completions),
}

const EXAMPLES: &str = "\
Examples:
  opnc demo                                    a whole ecosystem, a car, and its contract, step by step
  opnc sandbox                                 an ecosystem that stays, to build against
  opnc init && opnc serve                      an ecosystem of your own, to run
  opnc party add 'Car Maker' --role oem --wmi WAU
  opnc doctor                                  whether all is well with it
  opnc exi decode response.exi                 what is in a message, as JSON
  opnc exi verify response.exi --root v2g.pem  whether its signatures and chains hold
  opnc cert show chain.pem                     what is in certificates
  opnc completions bash > ~/.local/share/bash-completion/completions/opnc

Exit codes:
  0  done, and every check passed
  1  a check failed, or the work could not be done
  2  the arguments make no sense

'opnc help COMMAND' explains a command, with examples.";

/// What a verb found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nothing to complain about.
    Passed,
    /// A check failed; the output says which.
    Failed,
}

fn main() -> ExitCode {
    match run(help::parse().verb) {
        Ok(Verdict::Passed) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::FAILURE,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<Verdict, Failure> {
    match verb {
        Verb::Demo(demo) => demo.run(),
        Verb::Sandbox(sandbox) => sandbox.run(),
        Verb::Init(init) => init.run(),
        Verb::Serve(serve) => serve.run(),
        Verb::Config(config) => config.run(),
        Verb::Party(party) => party.run(),
        Verb::Peer(peer) => peer.run(),
        Verb::Rcp(rcp) => rcp.run(),
        Verb::Trust(trust) => trust.run(),
        Verb::Ca(ca) => ca.run(),
        Verb::Events(events) => events.run(),
        Verb::Audit(audit) => audit.run(),
        Verb::Migrate(migrate) => migrate.run(),
        Verb::Backup(backup) => backup.run(),
        Verb::Doctor(doctor) => doctor.run(),
        Verb::Privacy(privacy) => privacy.run(),
        Verb::Exi(exi) => exi.run(),
        Verb::Cert(cert) => cert.run(),
        Verb::Man(man) => man.run(),
        Verb::Completions(completions) => completions.run(),
    }
}

/// Runs the work of a verb that waits for things.
fn runtime(work: impl Future<Output = Result<Verdict, Failure>>) -> Result<Verdict, Failure> {
    tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?.block_on(work)
}
