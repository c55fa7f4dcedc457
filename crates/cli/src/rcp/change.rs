//! What is said of a change of the pool: it is made, or it waits.

use opnc_messages::ids::Fingerprint;
use opnc_services::approvals::Pending;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{self, Format};

/// Prints what became of it: `done` are the words for a change that is made.
pub(super) fn print(
    format: Format,
    done: &str,
    name: &str,
    fingerprint: Fingerprint,
    warnings: &[String],
    pending: Option<Pending>,
) -> Result<(), Failure> {
    if format == Format::Json {
        let pending = pending.map(|pending| json!({ "changeId": pending.change, "expiresAt": pending.expires_at }));
        return output::print_json(&json!({
            "fingerprint": fingerprint, "subject": name, "done": pending.is_none(), "pending": pending, "warnings": warnings,
        }));
    }
    let state = match pending {
        None => format!("  {done}\n"),
        Some(pending) => {
            format!("  waits for another admin until {:.0}: opnc rcp approve {}\n", pending.expires_at, pending.change)
        }
    };
    let name = name.replace(char::is_control, " ");
    let warnings: String = warnings.iter().map(|warning| format!("  warning: {warning}\n")).collect();
    output::print(format!("{name}\n  SHA-256 {fingerprint}\n{state}{warnings}"))
}
