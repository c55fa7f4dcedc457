//! `opnc sandbox`: an ecosystem that stays, for those who build against one.

mod cars;
mod federation;
mod greeting;
mod identities;
mod iso20;
mod lock;
mod pkis;
mod seed;
mod state;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, value_parser};
use jiff::{SignedDuration, Timestamp};
use opnc_server::config::Period;

use crate::ecosystem::{self, Limits, Place};
use crate::failure::Failure;
use crate::offset_clock::OffsetClock;
use crate::signals::Signals;
use crate::{Verdict, output, trusted};
use federation::One;
use state::{Folder, State};

pub(crate) use state::served;

/// Run an ecosystem to build against: parties of every role with credentials, their PKIs, and ten cars
///
/// The first start makes everything; later starts find it again. When it is ready, `DIR/sandbox.json` tells programs where
/// it listens, who there is and which cars there are, and the terminal shows the first requests to try. End it with Ctrl-C,
/// which takes that file away. A directory serves one sandbox at a time.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sandbox {
    /// Where it keeps its things; made when it is missing
    #[arg(long, value_name = "DIR", default_value = "opnc-sandbox")]
    data: PathBuf,

    /// The address to listen on; with port 0 the system chooses one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,

    /// How many ecosystems: 1 to 3, peers of each other, on the ports that follow
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u8).range(1..=3))]
    ecosystems: u8,

    /// Forget what is there and begin anew
    #[arg(long)]
    reset: bool,

    /// Set its clock, as 2027-01-01 or 2027-01-01T12:00:00Z; it goes on from there
    #[arg(long, value_name = "TIME", value_parser = trusted::time)]
    at: Option<Timestamp>,

    /// Let a party send so many requests a second, and answer 429 beyond; without it there is no limit
    #[arg(long, value_name = "PER_SECOND", value_parser = value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,

    /// Let a party ask for so many unknown cars and contracts a minute, and answer 429 beyond; without it there is no limit
    #[arg(long, value_name = "PER_MINUTE")]
    miss_limit: Option<u32>,

    /// Try a webhook again so long after it has failed, as 5s, in the place of an hour
    #[arg(long, value_name = "TIME", value_parser = Period::parse_text)]
    retry_interval: Option<Period>,

    /// What to log to the standard error stream: error, warn, info or debug
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log: String,
}

const EXAMPLES: &str = "\
Examples:
  opnc sandbox                            keep an ecosystem in ./opnc-sandbox
  opnc sandbox --listen 127.0.0.1:0       on any free port; sandbox.json says which
  opnc sandbox --ecosystems 3             three of them: a car of one, its contract in another, the station in the third
  opnc sandbox --at 2027-01-01            see what has expired by then
  opnc sandbox --retry-interval 5s        see how a webhook that fails comes again
  opnc sandbox --reset                    begin anew, with new keys and credentials";

impl Sandbox {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        opnc_server::telemetry::init(opnc_server::telemetry::LogFormat::Auto, &self.log).map_err(Failure::ecosystem)?;
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(self.keep())
    }

    async fn keep(self) -> Result<Verdict, Failure> {
        let folder = Folder::take(&self.data)?;
        folder.announce_nothing()?;
        if self.reset {
            folder.clear()?;
        }
        let mut signals = Signals::listen()?;
        let mut folder = Some(folder);
        let mut all = Vec::new();
        for number in 0..usize::from(self.ecosystems) {
            let own = match (folder.take(), all.first()) {
                (Some(first), _) => first,
                (None, Some(One { folder, .. })) => folder.below(number)?,
                (None, None) => return Err(Failure::ecosystem("no ecosystem was started")),
            };
            all.push(self.start(own, number).await?);
        }
        federation::join(&all).await?;
        let Some(first) = all.first() else { return Err(Failure::ecosystem("no ecosystem was started")) };
        first.folder.announce(&all)?;
        output::print(greeting::greeting(first, &all))?;
        signals.end().await?;
        first.folder.announce_nothing()?;
        output::print("Ending: no new connections; requests in flight are finished.\n")?;
        for one in all {
            one.launched.end().await;
        }
        Ok(Verdict::Passed)
    }

    /// Starts one of the ecosystems, made anew where it is missing.
    async fn start(&self, folder: Folder, number: usize) -> Result<One, Failure> {
        let place = Place::new(&folder.join(""))?;
        let mut state = match folder.state()? {
            Some(state) => state,
            None => {
                let which = match self.ecosystems {
                    1 => String::new(),
                    all => format!(" ({} of {all})", number + 1),
                };
                output::print(format!("Making an ecosystem{which}: PKIs, parties, ten cars and their contracts…\n"))?;
                first_start(&folder, &place, self.at, number).await?
            }
        };
        let limits = Limits {
            requests_per_second: self.rate_limit,
            misses_per_minute: self.miss_limit,
            retry_interval: self.retry_interval.and_then(|period| SignedDuration::try_from(period.get()).ok()),
        };
        let clock = Arc::new(OffsetClock::starting_at(self.at));
        let port = match (self.listen.port(), u16::try_from(number)) {
            (0, _) | (_, Err(_)) => 0,
            (first, Ok(number)) => first.saturating_add(number),
        };
        let launched = ecosystem::launch(&place, SocketAddr::new(self.listen.ip(), port), clock, &limits).await?;
        if iso20::complete(&launched, &folder, &mut state, number).await? {
            folder.keep_state(&state)?;
        }
        Ok(One { folder, state, launched })
    }
}

/// Makes everything, on a port of its own and without limits.
async fn first_start(folder: &Folder, place: &Place, at: Option<Timestamp>, number: usize) -> Result<State, Failure> {
    // A first start that was interrupted leaves things that nobody has the credentials for.
    folder.clear()?;
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let clock = Arc::new(OffsetClock::starting_at(at));
    let launched = ecosystem::launch(place, anywhere, clock, &Limits::default()).await?;
    let mut state = seed::seed(&launched, folder, number).await?;
    iso20::complete(&launched, folder, &mut state, number).await?;
    folder.keep_state(&state)?;
    launched.end().await;
    Ok(state)
}
