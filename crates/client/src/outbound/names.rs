//! Names become addresses here, and only those that the policy permits are handed on.

use super::error::OutboundError;
use super::policy::Policy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// A function that knows the addresses of names.
type LookUp = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// Who knows the addresses of a name.
#[derive(Clone)]
pub(super) enum Names {
    /// The operating system.
    System,
    /// A function.
    Given(Arc<LookUp>),
}

impl Names {
    async fn look_up(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect()),
            Self::Given(function) => function(host),
        }
    }
}

/// The resolver that the HTTP client connects by.
pub(super) struct PermittedAddresses {
    pub(super) names: Names,
    pub(super) policy: Arc<Policy>,
}

impl Resolve for PermittedAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, policy) = (self.names.clone(), Arc::clone(&self.policy));
        Box::pin(async move {
            let addresses = permitted(&names, &policy, name.as_str()).await?;
            // Port 0 stands for the port of the URL.
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

async fn permitted(names: &Names, policy: &Policy, host: &str) -> Result<Vec<IpAddr>, OutboundError> {
    let unresolved = |reason: String| OutboundError::Name { host: host.to_owned(), reason };
    let all = names.look_up(host).await.map_err(|error| unresolved(error.to_string()))?;
    let (permitted, refused): (Vec<IpAddr>, Vec<IpAddr>) =
        all.into_iter().partition(|address| policy.permits(*address));
    match (permitted.is_empty(), refused.first()) {
        (false, _) => Ok(permitted),
        (true, Some(address)) => Err(OutboundError::Refused { host: host.to_owned(), address: *address }),
        (true, None) => Err(unresolved("it has no address".to_owned())),
    }
}
