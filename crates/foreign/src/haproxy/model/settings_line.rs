//! Lines of proxies that change what can be inherited.

use super::args::Args;
use super::balance::{self, in_parentheses};
use super::kind::Mode;
use super::modifier::Modifier;
use super::settings::{HttpReuse, Settings};
use super::values::Unit;
use super::{cookie, hash, options};
use crate::haproxy::syntax::Doubt;
use crate::placed::Placed;

/// Times with a name.
const TIMEOUTS: [&str; 12] = [
    "client",
    "client-fin",
    "client-hs",
    "server",
    "server-fin",
    "connect",
    "check",
    "queue",
    "tunnel",
    "tarpit",
    "http-request",
    "http-keep-alive",
];

/// Names that 2.1 gave up.
const OLD_TIMEOUTS: [(&str, &str); 3] =
    [("clitimeout", "client"), ("srvtimeout", "server"), ("contimeout", "connect")];

const MODES: [(&str, Mode); 7] = [
    ("tcp", Mode::Tcp),
    ("http", Mode::Http),
    ("health", Mode::Health),
    ("log", Mode::Log),
    ("syslog", Mode::Log),
    ("spop", Mode::Spop),
    ("haterm", Mode::Haterm),
];

/// Reads a line, if its keyword is one of these. `Some(false)`: it is another one; `None`: what is
/// wrong has been said.
pub(super) fn read(
    settings: &mut Settings,
    modifier: Modifier,
    args: &mut Args<'_, '_, '_>,
) -> Option<bool> {
    let span = args.line;
    match args.keyword {
        "mode" => settings.mode = Some(Placed::new(args.one_of(&MODES)?, span)),
        "balance" => settings.balance = Some(Placed::new(balance::read(args)?, span)),
        "hash-type" => settings.hash_type = Some(Placed::new(hash::read(args)?, span)),
        "hash-balance-factor" => settings.hash_balance_factor = Some(hash_balance_factor(args)?),
        "hash-preserve-affinity" => {
            let known = ["always", "maxconn", "maxqueue"];
            settings.hash_preserve_affinity = Some(args.said_of(&known)?);
        }
        "cookie" => settings.cookie = Some(Placed::new(cookie::read(args)?, span)),
        "dynamic-cookie-key" => {
            settings.dynamic_cookie_key = Some(Placed::new(args.text("a key")?, span));
        }
        "persist" => persist(settings, args)?,
        "retries" => settings.retries = Some(number(args, "number of attempts")?),
        "retry-on" => {
            args.word("`none`, or what is tried again")?;
            args.rest();
            let words = args.words.iter().skip(1).map(|word| word.text.clone()).collect();
            settings.retry_on = Some(Placed::new(words, span));
        }
        "maxconn" => settings.maxconn = Some(number(args, "number of connections")?),
        "fullconn" => settings.fullconn = Some(number(args, "number of connections")?),
        "backlog" => settings.backlog = Some(number(args, "number of connections")?),
        "http-reuse" => settings.http_reuse = Some(http_reuse(args)?),
        "default_backend" => {
            settings.default_backend = Some(Placed::new(args.text("a backend")?, span));
        }
        "monitor-uri" => settings.monitor_uri = Some(Placed::new(args.text("a path")?, span)),
        "stats" => stats(settings, args)?,
        "disabled" => settings.disabled = Some(Placed::new(true, span)),
        "enabled" => settings.disabled = Some(Placed::new(false, span)),
        "option" => options::read(&mut settings.options, modifier, args),
        "timeout" => timeout(settings, args)?,
        "clitimeout" | "srvtimeout" | "contimeout" => old_timeout(settings, args)?,
        "email-alert" => email_alert(settings, args)?,
        "external-check" => external_check(settings, args)?,
        "http-check" | "tcp-check" => check(settings, args)?,
        _ => return Some(false),
    }
    args.done();
    Some(true)
}

fn number(args: &mut Args<'_, '_, '_>, of: &str) -> Option<Placed<u64>> {
    Some(Placed::new(args.count(of)?, args.line))
}

fn hash_balance_factor(args: &mut Args<'_, '_, '_>) -> Option<Placed<u64>> {
    const EXPECTED: &str = "0, or a number of percent above 100";
    let factor = args.number(0, i64::from(i32::MAX), EXPECTED)?;
    if (1..=100).contains(&factor) {
        args.fail_line(format!("{factor} % cannot be kept"), EXPECTED);
        return None;
    }
    Some(Placed::new(factor, args.line))
}

fn persist(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    const EXPECTED: &str = "`rdp-cookie` or `rdp-cookie(name)`";
    let word = args.word(EXPECTED)?;
    let name = match word.text.strip_prefix("rdp-cookie") {
        Some("") => Some("msts".into()),
        Some(rest) => in_parentheses(rest),
        None => None,
    };
    let Some(name) = name else {
        args.fail(word, format!("`{}` is no way to persist", word.text), EXPECTED);
        return None;
    };
    settings.persist_rdp_cookie = Some(Placed::new(name, args.line));
    Some(())
}

/// Any line of `stats` switches them on.
fn stats(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    const URI: &str = "/haproxy?stats";
    let word = args.word("`enable`, `uri` or another word of statistics")?;
    let uri = match word.text.as_ref() {
        "uri" => Some(args.text("a path")?),
        _ => settings.stats_uri.is_none().then(|| URI.into()),
    };
    if let Some(uri) = uri {
        settings.stats_uri = Some(Placed::new(uri, args.line));
    }
    args.rest();
    Some(())
}

fn http_reuse(args: &mut Args<'_, '_, '_>) -> Option<Placed<HttpReuse>> {
    let reuse = args.one_of(&[
        ("never", HttpReuse::Never),
        ("safe", HttpReuse::Safe),
        ("aggressive", HttpReuse::Aggressive),
        ("always", HttpReuse::Always),
    ])?;
    Some(Placed::new(reuse, args.line))
}

fn timeout(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    let word = args.word("which timeout, and how long")?;
    let old = OLD_TIMEOUTS.iter().find(|(old, _)| *old == word.text.as_ref());
    let known = TIMEOUTS.iter().find(|name| **name == word.text.as_ref());
    let Some(&name) = known.or(old.map(|(_, new)| new)) else {
        args.unknown(word);
        return None;
    };
    let time = args.time_ms(Unit::Milliseconds)?;
    settings.timeouts.insert(name, Placed::new(time, args.line));
    Some(())
}

fn old_timeout(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    let (old, new) = OLD_TIMEOUTS.iter().find(|(old, _)| *old == args.keyword)?;
    let what = format!("`{old}` is refused from 2.1 on: `timeout {new}`");
    args.remarks.tell(args.line, Doubt::Version, what);
    let time = args.time_ms(Unit::Milliseconds)?;
    settings.timeouts.insert(new, Placed::new(time, args.line));
    Some(())
}

fn email_alert(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    let name = args.one_of(&[
        ("from", "from"),
        ("to", "to"),
        ("mailers", "mailers"),
        ("level", "level"),
        ("myhostname", "myhostname"),
    ])?;
    let value = args.text("a value")?;
    settings.email_alerts.insert(name, Placed::new(value, args.line));
    Some(())
}

fn external_check(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    let name = args.one_of(&[("command", "command"), ("path", "path")])?;
    let value = args.text("a path")?;
    settings.external_check.insert(name, Placed::new(value, args.line));
    Some(())
}

fn check(settings: &mut Settings, args: &mut Args<'_, '_, '_>) -> Option<()> {
    args.word("what is to be done")?;
    settings.checks.push(args.words, args.line);
    args.rest();
    Some(())
}
