//! The words of `server` and `default-server` lines.

use std::sync::Arc;

use super::args::Args;
use super::known;
use super::server::ServerSettings;
use super::server_check;
use super::values::Unit;
use crate::haproxy::syntax::{Doubt, Text, Word};
use crate::placed::Placed;

/// Reads all words that are left, one option after the other.
pub(super) fn read(settings: &mut ServerSettings, args: &mut Args<'_, '_, '_>) {
    while let Some(word) = args.next() {
        let Some((name, has_value)) = known::server_option(&word.text) else {
            args.unknown(word);
            // Its values, were it known, would not be options themselves.
            while args.peek().is_some_and(|next| known::server_option(&next.text).is_none()) {
                args.next();
            }
            continue;
        };
        // What HAProxy says of a wrong value is said; the words behind it are read all the same.
        let _ = option(settings, name, has_value, word, args);
    }
}

fn option(
    settings: &mut ServerSettings,
    name: &'static str,
    has_value: bool,
    word: &Word,
    args: &mut Args<'_, '_, '_>,
) -> Option<()> {
    if server_check::option(settings, name, args)? {
        return Some(());
    }
    let span = args.line;
    let on = |value: bool| Some(Placed::new(value, span));
    match name {
        "weight" => settings.weight = Some(weight(args)?),
        "cookie" => settings.cookie = Some(text(args, "a value")?),
        "backup" => settings.backup = on(true),
        "no-backup" => settings.backup = on(false),
        "disabled" => settings.disabled = on(true),
        "enabled" => settings.disabled = on(false),
        "maxconn" => settings.maxconn = Some(count(args, "number of connections")?),
        "minconn" => settings.minconn = Some(count(args, "number of connections")?),
        "maxqueue" => settings.maxqueue = Some(count(args, "number of requests")?),
        "slowstart" => {
            settings.slowstart_ms = Some(Placed::new(args.time_ms(Unit::Milliseconds)?, span));
        }
        "id" => {
            let id = args.number(1, i64::from(u32::MAX), "a number from 1 to 4294967295")?;
            settings.id = Some(Placed::new(id, span));
        }
        "hash-key" => {
            let known = ["id", "id32", "guid", "addr", "addr-port"];
            settings.hash_key = Some(args.said_of(&known)?);
        }
        "ssl" => settings.ssl = on(true),
        "no-ssl" => settings.ssl = on(false),
        "verify" => settings.verify = Some(text(args, "`none` or `required`")?),
        "init-addr" => {
            settings.init_addr = Some(text(args, "`last`, `libc`, `none` or an address")?)
        }
        "resolvers" => settings.resolvers = Some(text(args, "a section of name servers")?),
        "send-proxy" | "send-proxy-v2" | "send-proxy-v2-ssl" | "send-proxy-v2-ssl-cn" => {
            settings.send_proxy = Some(Placed::new(Some(word.text.clone()), span));
        }
        "no-send-proxy"
        | "no-send-proxy-v2"
        | "no-send-proxy-v2-ssl"
        | "no-send-proxy-v2-ssl-cn" => settings.send_proxy = Some(Placed::new(None, span)),
        _ => other(settings, name, has_value, args)?,
    }
    Some(())
}

fn weight(args: &mut Args<'_, '_, '_>) -> Option<Placed<u16>> {
    let weight = args.number_or_zero(0, 256, "a number from 0 to 256")?;
    Some(Placed::new(u16::try_from(weight).ok()?, args.line))
}

/// An option whose value nobody looks at.
fn other(
    settings: &mut ServerSettings,
    name: &'static str,
    has_value: bool,
    args: &mut Args<'_, '_, '_>,
) -> Option<()> {
    let mut values: Vec<Text> = Vec::new();
    if has_value {
        match args.next() {
            Some(word) => values.push(word.text.clone()),
            None => {
                let what = format!("`{name}` ends without a value");
                args.remarks.tell(args.line, Doubt::Misread, what);
            }
        }
    }
    if name == "source" {
        while matches!(args.peek_text(), "usesrc" | "interface") {
            values.extend(args.next().map(|word| word.text.clone()));
            values.push(args.text("a value")?);
        }
    }
    settings.others.insert(name, Placed::new(Arc::from(values), args.line));
    Some(())
}

fn text(args: &mut Args<'_, '_, '_>, expected: &str) -> Option<Placed<Text>> {
    let text = args.text(expected)?;
    Some(Placed::new(text, args.line))
}

fn count(args: &mut Args<'_, '_, '_>, of: &str) -> Option<Placed<u64>> {
    if args.peek().is_none() {
        return args.number_or_zero(0, 0, of).map(|none| Placed::new(none, args.line));
    }
    let count = args.count(of)?;
    Some(Placed::new(count, args.line))
}
