//! Trust lists of others: whether they are still those of today.

use jiff::SignedDuration;
use opnc_services::trust::lists;

use super::report::Report;
use crate::config_arg::Opened;
use crate::failure::Failure;

/// A line for each list that was imported. What an ended one has marked goes on counting, so it is no failure; but nobody
/// says any more that it is right.
pub(super) async fn examine(opened: &Opened, report: &mut Report) {
    let all = match lists::all(&opened.caller, &opened.ecosystem).await {
        Ok(all) => all,
        Err(error) => return report.fail("trust lists", Failure::service(error), "restore a backup"),
    };
    let now = opened.ecosystem.now();
    for list in all {
        let (title, row) = (format!("trust list {}", list.row.name), &list.row);
        let to_do = "import its successor (`opnc trust list import`) and apply it, or `opnc trust list revert`";
        // It is signed anew at half of its life: by then the next one should have come.
        let half = row.expires.duration_since(row.issued) / 2;
        let left = row.expires.duration_since(now);
        if list.counts_after_its_end(now) {
            report.warn(&title, format!("ended {:.0}; what it has marked goes on counting", row.expires), to_do);
        } else if !left.is_negative() && left < half.min(SignedDuration::from_hours(7 * 24)) {
            report.warn(&title, format!("ends {:.0}", row.expires), to_do);
        } else {
            let word = if left.is_negative() { "ended, and marks nothing," } else { "ends" };
            report.ok(&title, format!("{word} {:.0}", row.expires));
        }
    }
}
