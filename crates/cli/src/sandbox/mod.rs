//! `opnc sandbox`: an ecosystem that stays, for those who build against one.

mod cars;
mod greeting;
mod pkis;
mod seed;
mod state;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use crate::ecosystem::{self, Place};
use crate::failure::Failure;
use crate::offset_clock::OffsetClock;
use crate::{Verdict, output, trust};
use state::{Folder, State};

/// Run an ecosystem to build against: parties of every role with credentials, their PKIs, and ten cars
///
/// The first start makes everything; later starts find it again. When it is ready, `DIR/sandbox.json` tells programs where
/// it listens, who there is and which cars there are, and the terminal shows the first requests to try. End it with Ctrl-C.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sandbox {
    /// Where it keeps its things; made when it is missing
    #[arg(long, value_name = "DIR", default_value = "opnc-sandbox")]
    data: PathBuf,

    /// The address to listen on; with port 0 the system chooses one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,

    /// Forget what is there and begin anew
    #[arg(long)]
    reset: bool,

    /// Set its clock, as 2027-01-01 or 2027-01-01T12:00:00Z; it goes on from there
    #[arg(long, value_name = "TIME", value_parser = trust::time)]
    at: Option<Timestamp>,

    /// What to log to the standard error stream: error, warn, info or debug
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log: String,
}

const EXAMPLES: &str = "\
Examples:
  opnc sandbox                            keep an ecosystem in ./opnc-sandbox
  opnc sandbox --listen 127.0.0.1:0       on any free port; sandbox.json says which
  opnc sandbox --at 2027-01-01            see what has expired by then
  opnc sandbox --reset                    begin anew, with new keys and credentials";

impl Sandbox {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        opnc_server::telemetry::init(opnc_server::telemetry::LogFormat::Auto, &self.log).map_err(Failure::ecosystem)?;
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(self.keep())
    }

    async fn keep(self) -> Result<Verdict, Failure> {
        let folder = Folder::new(&self.data);
        folder.announce_nothing()?;
        if self.reset {
            folder.clear()?;
        }
        let state = folder.state()?;
        if state.is_none() {
            // A first start that was interrupted leaves things that nobody has the credentials for.
            folder.clear()?;
            output::print("Making an ecosystem: PKIs, parties, ten cars and their contracts…\n")?;
        }
        let clock = Arc::new(OffsetClock::starting_at(self.at));
        let launched = ecosystem::launch(&Place::new(&self.data)?, self.listen, Arc::clone(&clock)).await?;
        let state: State = match state {
            Some(state) => state,
            None => {
                let state = seed::seed(&launched, &folder).await?;
                folder.keep_state(&state)?;
                state
            }
        };
        folder.announce(&state, &launched.running.base_url)?;
        output::print(greeting::greeting(&state, &folder, &launched))?;
        until_told_to_end().await?;
        output::print("Ending: no new connections; requests in flight are finished.\n")?;
        launched.running.shutdown().await;
        launched.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

/// Waits for Ctrl-C, or for the signal with which a system ends its services.
async fn until_told_to_end() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(Failure::ecosystem)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::ecosystem),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(Failure::ecosystem)
}
