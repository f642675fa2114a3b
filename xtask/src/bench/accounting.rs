//! What a proxy has cost so far: CPU time and memory of a process and all its descendants.

use std::collections::BTreeMap;
use std::fs;

use crate::fault::Fault;

/// CPU time since the processes started.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cpu {
    /// Time on a core, exact to the nanosecond.
    run_ns: u64,
    /// The kernel's own split of that time, in ticks of 10 ms.
    user_ticks: u64,
    system_ticks: u64,
}

impl Cpu {
    pub(crate) fn of(pid: u32) -> Result<Cpu, Fault> {
        let mut total = Cpu::default();
        for member in family(pid) {
            let stat = match read(&format!("/proc/{member}/stat")) {
                // A child that has just ended costs nothing more.
                Err(_) if member != pid => continue,
                stat => stat?,
            };
            let (user, system) = ticks(&stat).ok_or_else(|| unreadable("stat", &stat))?;
            total.user_ticks += user;
            total.system_ticks += system;
            total.run_ns += run_ns(member).unwrap_or((user + system) * NS_PER_TICK);
        }
        Ok(total)
    }

    pub(crate) fn since(self, earlier: Cpu) -> Cpu {
        Cpu {
            run_ns: self.run_ns.saturating_sub(earlier.run_ns),
            user_ticks: self.user_ticks.saturating_sub(earlier.user_ticks),
            system_ticks: self.system_ticks.saturating_sub(earlier.system_ticks),
        }
    }

    pub(crate) fn us(self) -> f64 {
        self.run_ns as f64 / 1000.0
    }

    /// The part of the time that was not spent in the kernel, 0 to 1.
    pub(crate) fn user_share(self) -> f64 {
        self.user_ticks as f64 / (self.user_ticks + self.system_ticks).max(1) as f64
    }
}

/// `USER_HZ` is 100 on every architecture that Linux still builds for, Alpha apart.
const NS_PER_TICK: u64 = 10_000_000;

/// Resident memory in bytes.
pub(crate) fn rss(pid: u32) -> Result<u64, Fault> {
    family(pid).into_iter().try_fold(0, |sum, member| {
        let status = match read(&format!("/proc/{member}/status")) {
            Err(_) if member != pid => return Ok(sum),
            status => status?,
        };
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        // One that has ended and was not waited for has no memory either.
        if line.is_none() && member != pid {
            return Ok(sum);
        }
        let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
        Ok(sum + 1024 * kib.ok_or_else(|| unreadable("status", &status))?)
    })
}

/// A process and all its descendants.
fn family(pid: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process that ended meanwhile has no parent any more.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(parent) = fields(&stat).and_then(|fields| fields.get(1)?.parse().ok()) {
            children.entry(parent).or_default().push(child);
        }
    }
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(member) = family.get(next) {
        family.extend(children.get(member).into_iter().flatten());
        next += 1;
    }
    family
}

/// The time on a core of all threads, where the kernel keeps it (`CONFIG_SCHED_INFO`).
fn run_ns(pid: u32) -> Option<u64> {
    let mut sum = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten() {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        sum += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    (sum > 0).then_some(sum)
}

/// The fields of `/proc/PID/stat` from the third one on; the second may hold spaces.
fn fields(stat: &str) -> Option<Vec<&str>> {
    Some(stat.rsplit_once(')')?.1.split_whitespace().collect())
}

/// User and system time, fields 14 and 15 of proc(5).
fn ticks(stat: &str) -> Option<(u64, u64)> {
    let fields = fields(stat)?;
    Some((fields.get(11)?.parse().ok()?, fields.get(12)?.parse().ok()?))
}

fn read(path: &str) -> Result<String, Fault> {
    fs::read_to_string(path).map_err(|error| {
        Fault::new("the measured proxy is gone").detail(format!("{path}: {error}"))
    })
}

fn unreadable(what: &str, text: &str) -> Fault {
    Fault::new(format!("cannot read the kernel's {what} of a process")).detail(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_line_whatever_the_name() {
        let stat = "42 (a ) b) S 7 42 42 0 -1 4194560 1 2 3 4 150 250 0 0 20 0 1 0 99 1 1";
        assert_eq!(ticks(stat), Some((150, 250)));
        assert_eq!(fields(stat).unwrap()[1], "7");
        assert_eq!(ticks("nonsense"), None);
    }

    #[test]
    fn work_costs_time_and_memory() {
        let pid = std::process::id();
        let before = Cpu::of(pid).unwrap();
        let sum = (0..20_000_000u64).fold(0u64, |sum, next| std::hint::black_box(sum ^ next));
        std::hint::black_box(sum);
        let used = Cpu::of(pid).unwrap().since(before);
        assert!(used.run_ns > 0, "{used:?}");
        assert!((0.0..=1.0).contains(&used.user_share()));
        assert!(rss(pid).unwrap() > 100_000);
    }

    #[test]
    fn children_count() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let family = family(std::process::id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(family.contains(&child.id()));
    }
}
