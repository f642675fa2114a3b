//! What `evenkeel firewall` is asked for.

use std::path::Path;

use config::{FirewallFormat, Span, UnitError};
use jiff::Timestamp;
use ledger::{FirewallLog, FirewallPlan, Zone};

use super::Args;
use crate::unusable;

const DAY_S: u64 = 24 * 3600;

/// Where to look back from.
#[derive(Clone, Debug)]
pub(super) enum Until {
    Now,
    /// The newest line of the logs.
    End,
    /// Seconds since the Unix epoch.
    At(u64),
}

/// A time zone as it was named.
#[derive(Clone, Debug)]
pub(super) struct LogZone(Zone);

pub(super) fn format(text: &str) -> Result<FirewallFormat, String> {
    use FirewallFormat::{Auto, Iptables, Nftables, Suricata, Ufw, VpcFlow};
    let all = [Auto, Nftables, Iptables, Ufw, VpcFlow, Suricata];
    let found = all.into_iter().find(|format| format.name() == text);
    let names = all.map(FirewallFormat::name).join(", ");
    found.ok_or_else(|| format!("write one of {names}"))
}

pub(super) fn zone(text: &str) -> Result<LogZone, String> {
    let hint =
        "write a name such as Europe/London or UTC, or a rule such as CET-1CEST,M3.5.0,M10.5.0";
    match text {
        "UTC" => Ok(LogZone(Zone::utc())),
        _ => Zone::named(text).map(LogZone).ok_or_else(|| hint.to_owned()),
    }
}

pub(super) fn since(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: UnitError| error.to_string())?;
    match (Span::from_secs(1)..=Span::from_secs(DAY_S)).contains(&span) {
        true => Ok(span),
        false => Err("write a time from 1s to 24h".to_owned()),
    }
}

pub(super) fn until(text: &str) -> Result<Until, String> {
    let at = || {
        let at: Timestamp = text.parse().ok()?;
        u64::try_from(at.as_second()).ok()
    };
    match text {
        "now" => Ok(Until::Now),
        "end" => Ok(Until::End),
        _ => at().map(Until::At).ok_or_else(|| {
            "write `now`, `end`, or a time with its zone such as 2024-05-01T11:00:00Z".to_owned()
        }),
    }
}

/// The logs that are asked for; or what to tell whoever asked.
pub(super) fn plan(args: &Args) -> Result<FirewallPlan, String> {
    let mut plan = if args.log.is_empty() {
        let loaded = config::load(&args.config);
        FirewallPlan::of(&loaded.map_err(|error| unusable::describe(&error, false))?.settings)
    } else {
        FirewallPlan::new(args.log.iter().map(|file| log(file, args)).collect())
    };
    if let Some(LogZone(zone)) = &args.zone {
        plan.zone = zone.clone();
    }
    Ok(plan)
}

fn log(file: &Path, args: &Args) -> FirewallLog {
    FirewallLog {
        file: file.to_owned(),
        format: args.log_format,
        drop_prefixes: args.drop_prefix.clone(),
        ports: args.ports.clone(),
    }
}
