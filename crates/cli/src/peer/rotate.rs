//! `opnc peer rotate-secret`: a peer gets a new secret here, while the old one is good for a time.

use clap::Args;
use opnc_services::peers;

use crate::Verdict;
use crate::failure::Failure;
use crate::party::Rotation;

/// Give a peer a new secret with which it asks this ecosystem; the old one is good until the overlap ends
///
/// The new secret is shown this once; their operator sets it by `opnc peer change`, or whatever their program has for that.
/// With what we ask there, only their operator can make you another, which `opnc peer change` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RotateSecret {
    /// Its name, id or client id
    peer: String,

    #[command(flatten)]
    rotation: Rotation,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer rotate-secret Europe --overlap 7d
  opnc peer rotate-secret Europe --drop-old      when it has changed over
  opnc peer rotate-secret Europe --overlap 0s    when the old one is lost or stolen";

impl RotateSecret {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.rotation.config.open().await?;
        let found = peers::find(&opened.caller, &opened.ecosystem, &self.peer).await.map_err(Failure::service)?;
        let is_client = found.party.clients.iter().any(|client| client.client_id == self.peer);
        let wanted = if is_client { self.peer } else { found.party.party.id.to_string() };
        self.rotation.run(opened, &wanted).await
    }
}
