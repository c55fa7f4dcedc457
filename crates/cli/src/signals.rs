//! How a service is told what to do.
//!
//! From the moment it is listened to, a signal does not end the process any more. So that moment lies before the service
//! says that it is ready: who has read that can have it end in order.

use crate::failure::Failure;

/// Ctrl-C, the signal with which a system ends its services, and the one to read the configuration again.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: Option<tokio::signal::unix::Signal>,
    /// Those that mean nothing here, and would end a process that does not listen.
    _ignored: [tokio::signal::unix::Signal; 2],
}

#[cfg(unix)]
impl Signals {
    /// Signals to end that come from now on are kept for [`Self::end`].
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(Failure::ecosystem)?,
            terminate: signal(SignalKind::terminate()).map_err(Failure::ecosystem)?,
            hangup: None,
            _ignored: [
                signal(SignalKind::user_defined1()).map_err(Failure::ecosystem)?,
                signal(SignalKind::user_defined2()).map_err(Failure::ecosystem)?,
            ],
        })
    }

    /// Also those to read the configuration again; a process that does not ask for this one ends by it.
    pub(crate) fn and_hangup(mut self) -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        self.hangup = Some(signal(SignalKind::hangup()).map_err(Failure::ecosystem)?);
        Ok(self)
    }

    /// Waits for the next signal to end.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
        }
    }

    /// Waits for the next signal: whether it is one to end.
    pub(crate) async fn next(&mut self) -> Result<bool, Failure> {
        let Some(hangup) = &mut self.hangup else { return self.end().await.map(|()| true) };
        tokio::select! {
            _ = self.interrupt.recv() => Ok(true),
            _ = self.terminate.recv() => Ok(true),
            _ = hangup.recv() => Ok(false),
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Nothing has to be done for it.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self)
    }

    /// There is no such signal here.
    pub(crate) fn and_hangup(self) -> Result<Self, Failure> {
        Ok(self)
    }

    /// Waits for it.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        tokio::signal::ctrl_c().await.map_err(Failure::ecosystem)
    }

    /// Waits for it.
    pub(crate) async fn next(&mut self) -> Result<bool, Failure> {
        self.end().await.map(|()| true)
    }
}
