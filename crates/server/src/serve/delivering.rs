//! Lets the events of the ecosystem be delivered beside the requests.

use opnc_services::Ecosystem;
use opnc_services::events::Worker;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::ServerError;

/// A worker at work. When this is dropped, it ends as if it were told to.
pub(super) struct Delivering {
    stop: oneshot::Sender<()>,
    working: JoinHandle<()>,
}

impl Delivering {
    /// Begins.
    pub(super) fn start(ecosystem: &Ecosystem) -> Result<Self, ServerError> {
        let worker = Worker::new(ecosystem).map_err(|error| ServerError::Outbound(error.to_string()))?;
        let (stop, stopped) = oneshot::channel();
        let working = tokio::spawn(worker.run(async {
            // Who drops the sender wants the end as well.
            let _ = stopped.await;
        }));
        Ok(Self { stop, working })
    }

    /// Ends: what is under way comes to its end, what was only taken is given back.
    pub(super) async fn end(self) {
        // Nobody listens any more when it has ended by itself.
        let _ = self.stop.send(());
        if let Err(error) = self.working.await {
            tracing::error!(%error, "the delivery of events did not end well");
        }
    }
}
