//! Drives wrk and reads what it prints.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use crate::bench::place::{OTHER_CORE, pinned};
use crate::bench::scenario::Scenario;
use crate::fault::Fault;
use crate::process::keep;

/// Completed requests of one run without a single error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Count {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
}

/// Sends the scenario's traffic for a while. A run with any error is a fault.
pub(crate) fn run(scenario: &Scenario, to: SocketAddr, seconds: u32) -> Result<Count, Fault> {
    let mut command = Command::new("wrk");
    command.args(["-t1", "--timeout", "10s"]);
    command.args([format!("-c{}", scenario.connections), format!("-d{seconds}s")]);
    for header in scenario.headers {
        command.args(["-H", header]);
    }
    command.arg(format!("http://{to}{}", scenario.path));
    let limit = Duration::from_secs(u64::from(seconds) + 30);
    let outcome = keep(&mut pinned(OTHER_CORE, &command), limit)?;
    if !outcome.success {
        return Err(Fault::new("wrk failed").detail(outcome.output));
    }
    read(&outcome.output)
}

fn read(output: &str) -> Result<Count, Fault> {
    let line = |start: &str| output.lines().map(str::trim).find(|line| line.starts_with(start));
    for trouble in ["Socket errors:", "Non-2xx or 3xx responses:"] {
        if let Some(line) = line(trouble) {
            return Err(Fault::new(format!("wrk saw errors: {line}")));
        }
    }
    // For instance `  90412 requests in 3.00s, 22.07MB read`.
    let count = output.lines().find_map(|line| {
        let (requests, rest) = line.trim().split_once(" requests in ")?;
        let seconds = seconds(rest.split_once(',')?.0)?;
        Some(Count { requests: requests.parse().ok()?, seconds })
    });
    match count {
        Some(count) if count.requests > 0 => Ok(count),
        _ => Err(Fault::new("wrk completed no request").detail(output)),
    }
}

/// wrk's durations: `3.00s`, `1.05m`.
fn seconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("s", 1.0), ("m", 60.0), ("h", 3600.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return number.parse::<f64>().ok().map(|number| number * factor);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: &str = "Running 3s test @ http://127.0.0.1:1/100\n  \
                         1 threads and 64 connections\n  \
                         90412 requests in 3.00s, 22.07MB read\nRequests/sec:  30137.33\n";

    #[test]
    fn reads_a_clean_run() {
        assert_eq!(read(CLEAN).unwrap(), Count { requests: 90_412, seconds: 3.0 });
        let minutes = CLEAN.replace("3.00s,", "1.50m,");
        assert_eq!(read(&minutes).unwrap().seconds, 90.0);
    }

    #[test]
    fn errors_make_a_run_invalid() {
        for trouble in [
            "  Socket errors: connect 0, read 3, write 0, timeout 0\n",
            "  Non-2xx or 3xx responses: 12\n",
        ] {
            let fault = read(&format!("{CLEAN}{trouble}")).unwrap_err().to_string();
            assert!(fault.contains(trouble.trim()), "{fault}");
        }
        assert!(read("  0 requests in 3.00s, 0.00B read\n").is_err());
        assert!(read("unable to connect\n").is_err());
    }
}
