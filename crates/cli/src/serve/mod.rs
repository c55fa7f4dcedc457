//! `opnc serve`: the ecosystem at work.

mod notify;

use std::net::SocketAddr;

use clap::Args;
use opnc_server::Running;
use opnc_server::config::{Config, Loaded, Sources};
use opnc_server::telemetry;
use opnc_services::identity::{self, Held};
use opnc_services::{Ecosystem, figures, trust};
use opnc_store::{Alone, Location};

use crate::config_arg::{self, ConfigArg};
use crate::failure::Failure;
use crate::signals::Signals;
use crate::{Verdict, output};

/// Serve the ecosystem, until it is told to end
///
/// SIGTERM or Ctrl-C: no new connections, and requests in flight are finished (server.shutdown_timeout); the second one
/// ends at once. SIGHUP: reads telemetry.log and the TLS files again. A line says when it is ready, and systemd is told.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    #[command(flatten)]
    config: ConfigArg,

    /// The address to listen on, in the place of server.listen
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,

    /// How callers reach the service, in the place of server.base_url
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// What to log, in the place of telemetry.log
    #[arg(long, value_name = "LEVEL")]
    log: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  opnc serve                                    what ./opnc.toml says
  opnc serve --config /etc/opnc/opnc.toml
  OPNC_TELEMETRY__LOG=debug opnc serve          a value from the environment
  kill -HUP $(pidof opnc)                       read the log level and certificates again";

impl Serve {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let loaded = self.load()?;
        let telemetry = &loaded.config.telemetry;
        telemetry::init(telemetry.log_format, &telemetry.log).map_err(Failure::ecosystem)?;
        for warning in &loaded.warnings {
            output::warn(warning);
        }
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(self.serve(loaded))
    }

    fn load(&self) -> Result<Loaded, Failure> {
        let mut sources: Sources = self.config.sources();
        let flags = [
            ("--listen", "server.listen", self.listen.map(|listen| listen.to_string())),
            ("--base-url", "server.base_url", self.base_url.clone()),
            ("--log", "telemetry.log", self.log.clone()),
        ];
        for (flag, key, value) in flags {
            if let Some(value) = value {
                sources = sources.flag(flag, key, value);
            }
        }
        Loaded::read(&sources).map_err(Failure::ecosystem)
    }

    async fn serve(self, loaded: Loaded) -> Result<Verdict, Failure> {
        let _alone = claim(&loaded.config)?;
        let opened = config_arg::open(&loaded.config).await?;
        check(&opened.ecosystem).await?;
        let store = opened.ecosystem.store().clone();
        let running =
            opnc_server::start(opened.ecosystem, loaded.config.serving()).await.map_err(Failure::ecosystem)?;
        let mut signals = Signals::listen()?.and_hangup()?;
        output::print(format!("opnc is ready: {} (listening on {})\n", running.base_url, running.address))?;
        notify::tell("READY=1");
        while !signals.next().await? {
            self.reload(&running);
        }
        notify::tell("STOPPING=1");
        output::print("Ending: no new connections; requests in flight are finished.\n")?;
        tokio::select! {
            () = running.shutdown() => {}
            ended = signals.end() => {
                ended?;
                return Err(Failure::ecosystem("told to end twice: requests in flight were cut off"));
            }
        }
        store.close().await;
        Ok(Verdict::Passed)
    }

    /// Takes over what can change while it runs. What cannot be read leaves things as they are.
    fn reload(&self, running: &Running) {
        let level = self.load().map(|loaded| loaded.config.telemetry.log);
        let level = level.and_then(|level| telemetry::set_level(&level).map_err(Failure::ecosystem));
        let certificates = running.has_tls().then(|| ("certificates", running.reload().map_err(Failure::ecosystem)));
        for (what, result) in std::iter::once(("log level", level)).chain(certificates) {
            let text = match result {
                Ok(()) => format!("Read again: {what}.\n"),
                Err(failure) => format!("Not read again, as before: {what}: {failure}\n"),
            };
            // Nobody may be left to read it, and the service goes on.
            let _ = output::print(text);
        }
    }
}

/// The right to serve the database, before a newer program changes the tables of one at work.
fn claim(config: &Config) -> Result<Option<Alone>, Failure> {
    let file = config.store.file().filter(|file| file.exists());
    file.map(|file| Alone::claim(&Location::File(file))).transpose().map_err(Failure::ecosystem)
}

/// What a service needs before it says that it is ready. An ecosystem of an earlier version gets its mark here, and a policy
/// of trust that is new its version.
async fn check(ecosystem: &Ecosystem) -> Result<(), Failure> {
    if let Some(problem) = figures::checks(ecosystem).await.into_iter().find_map(|check| check.problem) {
        let advice = "`opnc doctor` looks at everything, and says what to do";
        return Err(Failure::Ecosystem(format!("cannot be served: {}; {advice}", Failure::service(problem))));
    }
    if identity::held(ecosystem).await.map_err(Failure::service)? == Held::Unmarked {
        identity::mark(ecosystem).await.map_err(Failure::service)?;
    }
    // Who holds a bundle of before has to learn that other roots count.
    trust::note_policy(ecosystem).await.map_err(Failure::service)
}
