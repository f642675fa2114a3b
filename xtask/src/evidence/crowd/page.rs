//! The report.

use std::fmt::Write as _;

use super::play::{self, Seen};
use super::script::{Crowd, Script};

/// Which log was played.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) digest: String,
    pub(super) lines: usize,
    pub(super) hours: usize,
    pub(super) at_once: usize,
    pub(super) version: String,
}

pub(super) fn markdown(source: &Source, script: &Script, rounds: &[(Crowd, Seen)]) -> String {
    let Source { name, digest, lines, hours, at_once, version } = source;
    let speed = play::speed(script);
    let (usual, crowd) = (script.usual_rate() * speed, script.crowd_rate() * speed);
    let version = version.trim();
    let mut text = format!(
        "# A crowd is no attack\n\n\
         Written by `cargo xtask evidence crowd`. {version}. The log is not in this tree: {name}, \
         {lines} requests in {hours} hours, SHA-256 `{digest}`.\n\n\
         The quieter half of its hours is played as it was, {speed:.0} times as fast, then the \
         busier half, {at_once} hours at once: {usual:.0} requests a second for {:.0} s, then \
         {crowd:.0} for {:.0} s, which is more than the five servers can do. Clients keep their \
         addresses apart. *Machines* ask as often for one page, from addresses that come once, \
         while the usual visitors go on. There is no firewall's log.\n\n\
         | who | requests | errors | alarms before | named after | said from 10 s on | \
         an attack is |\n\
         |---|---:|---:|---:|---:|---|---|\n",
        f64::from(script.usual_s) / speed,
        f64::from(script.crowd_s) / speed,
    );
    for (who, seen) in rounds {
        let after = seen
            .named_after_s()
            .map_or_else(|| "–".to_owned(), |after_s| format!("{after_s:.0} s"));
        let list = |of: &dyn Fn(&(&str, &str)) -> String| {
            let mut all: Vec<String> = seen.settled().iter().map(of).collect();
            all.dedup();
            all.join(", then ")
        };
        let (causes, ddos) = (list(&|it| it.0.to_owned()), list(&|it| it.1.replace('_', " ")));
        let (who, requests, errors) = (who.as_str(), seen.requests, seen.errors);
        let before = seen.before;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {who} | {requests} | {errors} | {before} | {after} | {causes} | {ddos} |"
        );
    }
    text += "\n## Again\n\n```sh\ncargo xtask evidence crowd LOG --source WHERE\n```\n";
    text
}
