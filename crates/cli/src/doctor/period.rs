//! From when to when something is good.

use jiff::{SignedDuration, Timestamp};

use super::report::Report;

/// Fails what is not good now, and warns of what is not for so long any more.
pub(super) fn examine(
    report: &mut Report,
    name: &str,
    begins: Timestamp,
    end: Timestamp,
    now: Timestamp,
    ahead: SignedDuration,
    to_do: &str,
) {
    let left = end.duration_since(now);
    let days_left = left.as_hours() / 24;
    if left.is_negative() {
        report.fail(name, format!("ended {end}"), to_do);
    } else if now < begins {
        report.fail(name, format!("begins {begins}"), "see that the clock is right");
    } else if left < ahead {
        report.warn(name, format!("ends {end}, in {days_left} days"), to_do);
    } else {
        report.ok(name, format!("ends {end}, in {days_left} days"));
    }
}
