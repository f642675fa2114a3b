//! Metrics of the process itself, as the kernel tells them, under their customary names.

use std::fs;

use ledger::Status;

use super::text::Kind::{Counter, Gauge};
use super::text::Page;

/// What the process uses. `None` where the system has no such file, as outside Linux.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Process {
    resident_bytes: Option<u64>,
    virtual_bytes: Option<u64>,
    cpu_s: Option<f64>,
    open_fds: Option<u64>,
    fds_max: Option<u64>,
}

/// Kernel ticks per second in `/proc`. Linux fixes it at 100 for programs on every common
/// architecture, whatever its own timer does.
const TICKS_PER_S: f64 = 100.0;

impl Process {
    /// Asks the kernel now.
    pub(crate) fn read() -> Self {
        let file = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).ok();
        let memory = file("status").unwrap_or_default();
        // The directory being counted is open itself.
        let open = fs::read_dir("/proc/self/fd").ok();
        Self {
            resident_bytes: kilobytes(&memory, "VmRSS:"),
            virtual_bytes: kilobytes(&memory, "VmSize:"),
            cpu_s: file("stat").and_then(|stat| cpu_s(&stat)),
            open_fds: open.map(|entries| (entries.count() as u64).saturating_sub(1)),
            fds_max: file("limits").and_then(|limits| fds_max(&limits)),
        }
    }
}

pub(super) fn write(page: &mut Page, status: &Status, usage: &Process) {
    let help = "Start of the process, since the Unix epoch.";
    page.family("process_start_time_seconds", Gauge, help).sample(&[], status.started_at);
    if let Some(cpu) = usage.cpu_s {
        let help = "Processor time spent, user and system.";
        page.family("process_cpu_seconds_total", Counter, help).sample(&[], cpu);
    }
    let gauges = [
        ("process_resident_memory_bytes", usage.resident_bytes, "Memory in RAM."),
        ("process_virtual_memory_bytes", usage.virtual_bytes, "Address space."),
        ("process_open_fds", usage.open_fds, "Open file descriptors."),
        ("process_max_fds", usage.fds_max, "Limit of open file descriptors."),
    ];
    for (name, value, help) in gauges {
        if let Some(value) = value {
            page.family(name, Gauge, help).sample(&[], value);
        }
    }
}

fn kilobytes(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

// The second field is the program's name in parentheses and may hold anything, spaces and
// parentheses too: fields are counted from the last one.
fn cpu_s(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_S)
}

fn fds_max(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Goal: the numbers are read from the right place. Method: files with misleading content.
    #[test]
    fn files_of_the_kernel_are_read() {
        let stat = "7 (a) 9 (b) R 1 2 3 4 5 6 7 8 9 10 250 150 0 0 20";
        assert_eq!(cpu_s(stat), Some(4.0));
        assert_eq!(cpu_s("7 (cut"), None);
        let status = "Name:\tx\nVmSize:\t  2048 kB\nVmRSS:\t    12 kB\n";
        assert_eq!(kilobytes(status, "VmRSS:"), Some(12 * 1024));
        assert_eq!(kilobytes(status, "VmSwap:"), None);
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files  1024  4096  files\n";
        assert_eq!(fds_max(limits), Some(1024));
    }

    // Goal: the real files still look like that. Method: read them, compare with what must be.
    #[test]
    fn this_process_is_seen() {
        let seen = Process::read();
        assert!(seen.resident_bytes.unwrap() > 100_000, "{seen:?}");
        assert!(seen.virtual_bytes >= seen.resident_bytes, "{seen:?}");
        assert!(seen.open_fds.unwrap() >= 3, "{seen:?}");
        assert!(seen.cpu_s.is_some(), "{seen:?}");
    }
}
