//! Tells systemd how the service is (sd_notify): one datagram to the socket that it names in the environment.

/// Sends a state such as `READY=1`. Without systemd nobody listens, and that is no error.
#[cfg(target_os = "linux")]
pub(super) fn tell(state: &str) {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let Ok(name) = std::env::var("NOTIFY_SOCKET") else { return };
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(&name),
    };
    let sent = address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
    // A service that cannot say that it is ready is ready all the same.
    let _ = sent;
}

#[cfg(not(target_os = "linux"))]
pub(super) fn tell(_: &str) {}
