//! The words of `server` lines that are about health.

use super::address::Address;
use super::args::Args;
use super::server::ServerSettings;
use super::values::Unit;
use crate::haproxy::syntax::Doubt;
use crate::placed::Placed;

/// Reads an option, if it is one of these: `Some(false)` is another one.
pub(super) fn option(
    settings: &mut ServerSettings,
    name: &str,
    args: &mut Args<'_, '_, '_>,
) -> Option<bool> {
    let span = args.line;
    let on = |value: bool| Some(Placed::new(value, span));
    match name {
        "check" => settings.check = on(true),
        "no-check" => settings.check = on(false),
        "agent-check" => settings.agent_check = on(true),
        "no-agent-check" => settings.agent_check = on(false),
        "inter" => settings.inter_ms = Some(interval(args)?),
        "fastinter" => settings.fastinter_ms = Some(interval(args)?),
        "downinter" => settings.downinter_ms = Some(interval(args)?),
        "rise" => settings.rise = Some(positive(args)?),
        "fall" => settings.fall = Some(positive(args)?),
        "error-limit" => settings.error_limit = Some(positive(args)?),
        "addr" => {
            let word = args.word("an address")?;
            let address = Address::read(word, &word.text, args)?;
            settings.check_address = Some(Placed::new(address, span));
        }
        "port" => settings.check_port = Some(Placed::new(args.count("port")?, span)),
        "observe" => settings.observe = Some(args.said_of(&["none", "layer4", "layer7"])?),
        "on-error" => {
            let known = ["fastinter", "fail-check", "sudden-death", "mark-down"];
            settings.on_error = Some(args.said_of(&known)?);
        }
        "on-marked-down" => {
            settings.on_marked_down = Some(args.said_of(&["shutdown-sessions"])?);
        }
        "on-marked-up" => {
            settings.on_marked_up = Some(args.said_of(&["shutdown-backup-sessions"])?);
        }
        "track" => {
            let track = args.text("a server, or a backend and a server with a slash between")?;
            settings.track = Some(Placed::new(track, span));
        }
        _ => return Some(false),
    }
    Some(true)
}

fn interval(args: &mut Args<'_, '_, '_>) -> Option<Placed<u64>> {
    let time = args.time_ms(Unit::Milliseconds)?;
    if time == 0 {
        args.fail_line("checks without a time between them", "a time that is not zero");
        return None;
    }
    if time < 100 {
        let what = format!("{time} ms between two checks: perhaps seconds were meant");
        args.remarks.tell(args.line, Doubt::Misread, what);
    }
    Some(Placed::new(time, args.line))
}

fn positive(args: &mut Args<'_, '_, '_>) -> Option<Placed<u64>> {
    let number = args.number(1, i64::from(i32::MAX), "a positive number")?;
    Some(Placed::new(number, args.line))
}
