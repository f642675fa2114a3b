//! `evenkeel events`: what happened, who did it, and what this process cannot see.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use ledger::{Event, EventKind, EventOrder, Utc};

use crate::admin::{Admin, outcome};
use crate::moment::{Moment, now_s};
use crate::output;

/// Show what happened to a running balancer, or write down what it cannot see.
///
/// Reloads, changed weights, probes, ejections, alarms, approvals and audits are on one timeline,
/// and a diagnosis looks there for what came before the trouble. A deploy, a change of the firewall
/// or of a balancer before this one is there when somebody writes it down.
/// Exits with 0, with 1 when an order was refused, and with 2 when the admin listener gives no
/// answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel events --since 1h
  evenkeel events --format json | jq '.[] | select(.kind == \"weights\")'
  evenkeel events note --by ci --pool shop 'shop 4.2 is deployed'
  evenkeel events note --by ada --kind weights --at 5m 'the site balancer sends us 80 %'")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// From then on: so long ago (`2h`), or a time in UTC.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, default_value = "1h")]
    since: Moment,

    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    #[command(subcommand)]
    order: Option<Order>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Order {
    /// Write down what happened outside of the balancer.
    Note(Note),
}

#[derive(clap::Args, Debug)]
struct Note {
    /// What happened.
    what: String,
    /// Your name, or the program's.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// What it changed.
    #[arg(long, value_enum, default_value = "outside")]
    kind: Kind,
    /// The pool that it concerns; without, all.
    #[arg(long, value_name = "NAME", default_value = "")]
    pool: String,
    /// The endpoint that it concerns.
    #[arg(long, value_name = "NAME", default_value = "", requires = "pool")]
    endpoint: String,
    /// When it was, instead of now: so long ago (`10m`), or a time in UTC.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// Who gets how much.
    Weights,
    /// Which requests stay together.
    Persistence,
    /// Something else.
    Outside,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let Some(Order::Note(note)) = args.order else {
        return show(&args.admin, args.since, args.format);
    };
    let Note { what, by, kind, pool, endpoint, at } = note;
    let kind = match kind {
        Kind::Weights => EventKind::Weights,
        Kind::Persistence => EventKind::Persistence,
        Kind::Outside => EventKind::Outside,
    };
    let at = at.map(|moment| moment.before(now_s()) as f64);
    outcome(args.admin.order("events", &EventOrder { by, what, kind, pool, endpoint, at }))
}

fn show(admin: &Admin, since: Moment, format: Format) -> ExitCode {
    let events = match admin.events(since.before(now_s())) {
        Ok(events) => events,
        Err(failure) => return failure.report(),
    };
    output::print(&match format {
        Format::Text if events.is_empty() => "nothing happened\n".to_owned(),
        Format::Text => events.iter().map(line).collect(),
        Format::Json => serde_json::to_string_pretty(&events).unwrap_or_default() + "\n",
    })
}

fn line(event: &Event) -> String {
    let (number, at) = (event.number, Utc::of(event.at as u64));
    let mut text = format!("{number:>6}  {at} UTC  {:<13} ", event.kind.name());
    let place = [event.pool.as_str(), event.endpoint.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|word| !word.is_empty()).collect();
    if !place.is_empty() {
        // Writing into a String cannot fail.
        let _ = write!(text, "{}: ", place.join("/"));
    }
    text += &event.what;
    if !event.who.is_empty() {
        let _ = write!(text, " ({})", event.who);
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_where_what_and_who() {
        let event = Event {
            number: 41,
            at: 1_714_559_400.5,
            kind: EventKind::Weights,
            pool: "shop".to_owned(),
            endpoint: "web1".to_owned(),
            who: "ada".to_owned(),
            what: "weight 1 → 100".to_owned(),
        };
        let expected =
            "    41  2024-05-01T10:30:00 UTC  weights       shop/web1: weight 1 → 100 (ada)\n";
        assert_eq!(line(&event), expected);
        let bare = Event { pool: String::new(), endpoint: String::new(), ..event };
        assert!(line(&bare).ends_with("weights       weight 1 → 100 (ada)\n"));
    }
}
