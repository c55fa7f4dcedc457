//! How the sandbox is told to end.
//!
//! From the moment it is listened to, a signal does not end the process any more. So that moment lies before the
//! announcement: who has read that the sandbox is ready can have it end in order.

use crate::failure::Failure;

/// Ctrl-C, and the signal with which a system ends its services.
#[cfg(unix)]
pub(crate) struct EndSignal {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl EndSignal {
    /// Signals that come from now on are kept for [`Self::received`].
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(Failure::ecosystem)?,
            terminate: signal(SignalKind::terminate()).map_err(Failure::ecosystem)?,
        })
    }

    /// Waits for the first one.
    pub(crate) async fn received(mut self) -> Result<(), Failure> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct EndSignal;

#[cfg(not(unix))]
impl EndSignal {
    /// Nothing has to be done for it.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self)
    }

    /// Waits for it.
    pub(crate) async fn received(self) -> Result<(), Failure> {
        tokio::signal::ctrl_c().await.map_err(Failure::ecosystem)
    }
}
