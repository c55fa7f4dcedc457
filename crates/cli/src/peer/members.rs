//! The members of a peer: for whom it may ask, and about whom it is asked first.

use clap::Args;
use opnc_messages::ids::{OperatorId, ProviderId, Wmi};
use opnc_services::caller::Owned;
use opnc_services::peers::{self, Knowingly};

use super::dealings::SharedWithParty;

use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::party::fingerprint;
use crate::{Verdict, output};

/// Let a peer ask for members, and ask it first about them
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc peer approve-member Europe oem=WAU emsp=DEABC cpo=DEXYZ")]
pub(crate) struct ApproveMember {
    /// Its name, id or client id
    peer: String,

    /// Members: oem=WMI, emsp=PROVIDER, cpo=OPERATOR, or cps=ROOT (a fingerprint, or a file with the certificate)
    #[arg(required = true, value_name = "ROLE=ID", value_parser = Member::parse)]
    members: Vec<Member>,

    #[command(flatten)]
    shared: SharedWithParty,

    #[command(flatten)]
    config: ConfigArg,
}

/// Let a peer ask for members no longer
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc peer remove-member Europe oem=WAU")]
pub(crate) struct RemoveMember {
    /// Its name, id or client id
    peer: String,

    /// Members: oem=WMI, emsp=PROVIDER, cpo=OPERATOR, or cps=ROOT
    #[arg(required = true, value_name = "ROLE=ID", value_parser = Member::parse)]
    members: Vec<Member>,

    #[command(flatten)]
    config: ConfigArg,
}

/// A member, `ROLE=ID`.
#[derive(Debug, Clone)]
pub(super) struct Member {
    role: MemberRole,
    id: String,
}

#[derive(Debug, Clone, Copy)]
enum MemberRole {
    Oem,
    Emsp,
    Cpo,
    Cps,
}

impl Member {
    /// Reads `ROLE=ID`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (role, id) = text.split_once('=').ok_or("write ROLE=ID, with one of oem, emsp, cpo, cps")?;
        let role = match role.to_ascii_lowercase().as_str() {
            "oem" => MemberRole::Oem,
            "emsp" => MemberRole::Emsp,
            "cpo" => MemberRole::Cpo,
            "cps" => MemberRole::Cps,
            other => return Err(format!("there is no role {other:?} of members; there are oem, emsp, cpo, cps")),
        };
        Ok(Self { role, id: id.to_owned() })
    }
}

/// All of them together.
pub(super) fn owned(members: &[Member]) -> Result<Owned, Failure> {
    let mut owned = Owned::default();
    for Member { role, id } in members {
        match role {
            MemberRole::Oem => owned.wmis.push(Wmi::parse(id).map_err(Failure::ecosystem)?),
            MemberRole::Emsp => owned.providers.push(ProviderId::parse(id).map_err(Failure::ecosystem)?),
            MemberRole::Cpo => owned.operators.push(OperatorId::parse(id).map_err(Failure::ecosystem)?),
            MemberRole::Cps => owned.roots.push(fingerprint(id)?),
        }
    }
    Ok(owned)
}

impl ApproveMember {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let members = owned(&self.members)?;
        change(&self.config, &self.peer, members, Owned::default(), self.shared.knowingly()).await
    }
}

impl RemoveMember {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let members = owned(&self.members)?;
        change(&self.config, &self.peer, Owned::default(), members, Knowingly::default()).await
    }
}

async fn change(
    config: &ConfigArg,
    peer: &str,
    add: Owned,
    remove: Owned,
    knowingly: Knowingly,
) -> Result<Verdict, Failure> {
    let opened = config.open().await?;
    let changed = peers::change_members(&opened.caller, &opened.ecosystem, peer, add, remove, knowingly).await;
    changed.map_err(Failure::service)?;
    output::print(format!("The members of {peer} are changed.\n"))?;
    opened.ecosystem.store().close().await;
    Ok(Verdict::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_and_an_identifier() {
        let members = ["oem=WAU", "EMSP=DEABC", "cpo=DEXYZ"].map(|text| Member::parse(text).unwrap());
        let owned = owned(&members).unwrap();
        assert_eq!((owned.wmis.len(), owned.providers.len(), owned.operators.len()), (1, 1, 1));
        for text in ["WAU", "bank=DEABC", ""] {
            assert!(Member::parse(text).unwrap_err().contains("emsp"), "{text}");
        }
    }
}
