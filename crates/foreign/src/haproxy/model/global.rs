//! What is said of the process.

use super::address::Address;
use super::args::Args;
use super::known;
use super::modifier::Modifier;
use crate::Span;
use crate::haproxy::syntax::{Doubt, Text};
use crate::placed::Placed;

/// What all `global` sections say together, the last line of a keyword.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Global {
    /// Threads.
    pub nbthread: Option<Placed<u64>>,
    /// Processes, up to 2.4.
    pub nbproc: Option<Placed<u64>>,
    /// Connections at once.
    pub maxconn: Option<Placed<u64>>,
    /// How far apart checks are spread, in percent of their interval.
    pub spread_checks: Option<Placed<u64>>,
    /// Where orders are taken.
    pub sockets: Vec<StatsSocket>,
}

/// `stats socket`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatsSocket {
    /// Where.
    pub address: Address,
    /// What may be done there.
    pub level: Level,
    /// The file's permissions, as they are written.
    pub mode: Option<Text>,
    /// The rest, by keyword, with the word behind it where there is one.
    pub options: Vec<(Text, Option<Text>)>,
    /// The line.
    pub span: Span,
}

/// What may be done at a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Looking at what is no secret.
    User,
    /// Looking, and clearing counters; what there is without another word.
    Operator,
    /// Everything: weights and states of servers too.
    Admin,
}

/// Reads a line of a `global` section.
pub(super) fn read(global: &mut Global, modifier: Modifier, args: &mut Args<'_, '_, '_>) {
    let is_known = line(global, args) != Some(false) || known::is_of_global(args.keyword);
    if !is_known {
        let no = if modifier == Modifier::No { "no " } else { "" };
        let what = format!("`{no}{}` is not known here in `global`", args.keyword);
        args.remarks.tell(args.line, Doubt::UnknownKeyword, what);
    }
}

/// `Some(false)`: it is another line; `None`: what is wrong has been said.
fn line(global: &mut Global, args: &mut Args<'_, '_, '_>) -> Option<bool> {
    let span = args.line;
    let most = i64::from(i32::MAX);
    match args.keyword {
        "nbthread" => {
            let number = args.number(1, most, "a number of threads")?;
            global.nbthread = Some(Placed::new(number, span));
        }
        "nbproc" => {
            let number = args.number(1, most, "a number of processes")?;
            global.nbproc = Some(Placed::new(number, span));
            if args.environment.version().is_at_least(2, 5) {
                args.remarks.tell(span, Doubt::Version, "`nbproc` is refused by this version");
            }
        }
        "maxconn" => {
            let number = args.count("number of connections")?;
            global.maxconn = Some(Placed::new(number, span));
        }
        "spread-checks" => {
            let percent = args.number(0, 50, "a number of percent up to 50")?;
            global.spread_checks = Some(Placed::new(percent, span));
        }
        "max-spread-checks" => drop(args.time_ms(super::values::Unit::Milliseconds)?),
        "stats" => stats(global, args)?,
        _ => return Some(false),
    }
    Some(true)
}

fn stats(global: &mut Global, args: &mut Args<'_, '_, '_>) -> Option<()> {
    let word = args.word("`socket`, `timeout` or `maxconn`")?;
    match word.text.as_ref() {
        "socket" => global.sockets.push(socket(args)?),
        "timeout" => drop(args.time_ms(super::values::Unit::Milliseconds)?),
        "maxconn" => drop(args.number(1, i64::from(i32::MAX), "a positive number")?),
        "bind-process" => drop(args.rest()),
        _ => args.unknown(word),
    }
    Some(())
}

fn socket(args: &mut Args<'_, '_, '_>) -> Option<StatsSocket> {
    let word = args.word("a path or an address")?;
    let address = Address::read(word, &word.text, args)?;
    let mut socket = StatsSocket {
        address,
        level: Level::Operator,
        mode: None,
        options: Vec::new(),
        span: args.line,
    };
    while let Some(word) = args.next() {
        match word.text.as_ref() {
            "level" => socket.level = level(args)?,
            "mode" => socket.mode = Some(args.text("permissions")?),
            text => {
                let value = match known::bind_takes_value(text) {
                    Some(true) => Some(args.text("a value")?),
                    Some(false) => None,
                    None => {
                        args.unknown(word);
                        None
                    }
                };
                socket.options.push((word.text.clone(), value));
            }
        }
    }
    Some(socket)
}

fn level(args: &mut Args<'_, '_, '_>) -> Option<Level> {
    args.one_of(&[("user", Level::User), ("operator", Level::Operator), ("admin", Level::Admin)])
}
