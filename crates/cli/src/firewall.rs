//! `evenkeel firewall`: what the logs of the firewall show, and how much of the time they cover.

mod ask;
mod json;
mod text;
mod view;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use config::{FirewallFormat, Span};
use evenness::Covers;

use crate::output;
use ask::Until;

/// Exit code when no log tells of any of the time that was asked for.
const NO_COVERAGE: u8 = 1;
/// Exit code of what was asked for in a way that cannot be done.
const USAGE: u8 = 2;

/// Show what the firewall saw, and how much of it its logs cover
///
/// Reads the logs of the configuration, or any log: of nftables, iptables and ufw as the kernel's
/// messages, VPC flow logs, Suricata's eve.json. Nothing seen means no flood only where the time
/// is covered; what is not covered is said.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Exit codes: 0 shown, 1 no log covers any of the time, 2 usage, or the output cannot be written.

Examples:
  evenkeel firewall -c /etc/evenkeel/evenkeel.toml
  evenkeel firewall --log /var/log/kern.log --drop-prefix DROP --since 30m
  evenkeel firewall --log kern.log --until 2024-05-01T11:00:00Z --since 1h --zone Europe/London
  evenkeel firewall --log eve.json --until end --format json | jq '.dropped, .coverage'")]
pub(crate) struct Args {
    /// The configuration whose `[[firewall]]` logs are read
    #[arg(short, long, value_name = "FILE", default_value = "evenkeel.toml")]
    config: PathBuf,

    /// A log to read, instead of those of a configuration; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    log: Vec<PathBuf>,

    /// Who writes the logs
    #[arg(long, value_name = "FORMAT", default_value = "auto", requires = "log",
          value_parser = ask::format)]
    log_format: FirewallFormat,

    /// A word in the log prefixes of rules that drop; may be repeated
    #[arg(long, value_name = "WORD", requires = "log",
          value_parser = clap::builder::NonEmptyStringValueParser::new())]
    drop_prefix: Vec<String>,

    /// Count only what was on its way to these ports, and what has no port
    #[arg(long, value_name = "PORT,..", value_delimiter = ',', requires = "log",
          value_parser = clap::value_parser!(u16).range(1..))]
    ports: Vec<u16>,

    /// Zone of times in the logs that do not name theirs, such as Europe/London; this machine's
    /// unless given
    #[arg(long, value_name = "ZONE", value_parser = ask::zone)]
    zone: Option<ask::LogZone>,

    /// How far back to look, at most 24h
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = ask::since)]
    since: Span,

    /// Where to look back from: `now`, `end` for the newest line, or a time such as
    /// 2024-05-01T11:00:00Z
    #[arg(long, value_name = "WHEN", default_value = "now", value_parser = ask::until)]
    until: Until,

    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For scripts: one JSON object
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let plan = match ask::plan(args) {
        Ok(plan) => plan,
        Err(why) => {
            output::say(why);
            return ExitCode::from(USAGE);
        }
    };
    if plan.logs.is_empty() {
        output::complain(format_args!(
            "{} names no log of a firewall\n  hint: add a [[firewall]] section, or name a log \
             with --log",
            args.config.display()
        ));
        return ExitCode::from(NO_COVERAGE);
    }
    let view = view::look(&plan, args.since, &args.until);
    let shown = match args.format {
        Format::Text => output::print(&text::render(&view)),
        Format::Json => output::print(&json::render(&view)),
    };
    match view.covers {
        Covers::None if shown == ExitCode::SUCCESS => ExitCode::from(NO_COVERAGE),
        _ => shown,
    }
}
