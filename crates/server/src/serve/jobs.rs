//! Lets the jobs of the ecosystem run beside the requests.

use std::time::Duration;

use opnc_services::{Ecosystem, jobs};
use tokio::time::{MissedTickBehavior, interval};

use crate::telemetry::with_sources;

/// How often it is looked which jobs are due.
const EVERY: Duration = Duration::from_secs(60);

/// Looks for jobs until it is dropped. The first look is after a period: a server that has just started has other work.
pub(super) async fn run(ecosystem: Ecosystem) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        match jobs::run_due(&ecosystem).await {
            Ok(ran) => ran.into_iter().for_each(|(job, result)| match result {
                Ok(()) => tracing::info!(job, "job done"),
                Err(error) => tracing::error!(job, error = with_sources(&error), "job failed"),
            }),
            Err(error) => tracing::error!(error = with_sources(&error), "no job can be taken over"),
        }
    }
}
