//! How much of the processors a program has used: on a machine that does other work at the same time, that says more about the
//! cost of a request than how many were answered meanwhile.

use std::fs;
use std::time::Duration;

/// What `/proc` counts in: hundredths of a second, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of a process, all its threads included; zero where there is no `/proc`.
pub fn processor_time(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // Fields 14 and 15, utime and stime; the second one, a name in parentheses, may hold spaces.
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let ticks: u32 = behind.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    TICK * ticks
}
