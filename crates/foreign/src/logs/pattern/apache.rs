//! Apache's `LogFormat`: its directives, and what they tell.

use super::build::Build;
use super::step::Pattern;
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::scratch::Escape;

/// Compiles the text of a `LogFormat`, with its inner quotes escaped or not.
pub(in crate::logs) fn apache(text: &[u8]) -> Result<Pattern, FormatFault> {
    let mut build = Build::of(text)?;
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'\\', [b't', behind @ ..]) => literal(b'\t', behind, &mut build),
            (b'\\', [quoted @ (b'"' | b'\\'), behind @ ..]) => literal(*quoted, behind, &mut build),
            (b'%', [b'%', behind @ ..]) => literal(b'%', behind, &mut build),
            (b'%', _) => directive(behind, &mut build).ok_or_else(|| {
                let at = text.len() - rest.len();
                let what = "a `%` that begins no directive".to_owned();
                FormatFault { at, what, expected: "a letter behind it" }
            })?,
            _ => literal(byte, behind, &mut build),
        };
    }
    build.done(Escape::Backslash, false)
}

fn literal<'t>(byte: u8, behind: &'t [u8], build: &mut Build) -> &'t [u8] {
    build.byte(byte);
    behind
}

/// `>s`, `!400,501{Referer}i`: what follows it.
fn directive<'t>(text: &'t [u8], build: &mut Build) -> Option<&'t [u8]> {
    let is_condition = |byte: &&u8| byte.is_ascii_digit() || b"!,<>".contains(byte);
    let conditions = text.iter().take_while(is_condition).count();
    let text = text.get(conditions..)?;
    let (argument, text) = match text.strip_prefix(b"{") {
        Some(inside) => {
            let (argument, behind) = inside.split_at_checked(memchr::memchr(b'}', inside)?)?;
            (Some(argument), behind.get(1..)?)
        }
        None => (None, text),
    };
    let (letter, behind) = match text {
        // `%^ti` and `%^to` are trailers.
        [b'^', _, _, behind @ ..] => (b'^', behind),
        [letter, behind @ ..] if letter.is_ascii_alphabetic() => (*letter, behind),
        _ => return None,
    };
    let bracketed = letter == b't' && argument.is_none();
    if bracketed {
        build.byte(b'[');
    }
    let field = field(letter, argument.unwrap_or_default(), build);
    build.field(field);
    if bracketed {
        build.byte(b']');
    }
    Some(behind)
}

fn field(letter: u8, argument: &[u8], build: &mut Build) -> Field {
    match letter {
        b'a' | b'h' => Field::Client,
        b't' if argument.starts_with(b"end:") => Field::TimeEnded,
        b't' if is_fraction(argument) => Field::Skip,
        b't' => Field::Time,
        b'r' => Field::Request,
        b'm' => Field::Method,
        b'U' => Field::Path,
        b'q' => Field::Query,
        b'v' | b'V' => Field::HostGuess,
        b's' => Field::Status,
        b'b' | b'B' | b'O' => Field::Bytes,
        b'D' => Field::Micros,
        b'T' => match argument {
            b"ms" => Field::Millis,
            b"us" => Field::Micros,
            _ => Field::Seconds,
        },
        b'L' => Field::Id,
        b'i' => build.header(argument),
        b'o' => Field::Answer(build.name(argument)),
        b'C' => Field::Cookie(build.name(argument)),
        b'e' | b'n' => note(argument),
        _ => Field::Skip,
    }
}

/// Parts of a second alone are no time.
fn is_fraction(argument: &[u8]) -> bool {
    argument.ends_with(b"_frac")
}

/// What `mod_proxy_balancer` and `mod_unique_id` leave in the environment.
fn note(name: &[u8]) -> Field {
    match name {
        b"BALANCER_WORKER_NAME" => Field::ServerUrl,
        b"BALANCER_WORKER_ROUTE" => Field::Server,
        b"BALANCER_NAME" => Field::Backend,
        b"UNIQUE_ID" => Field::Id,
        _ => Field::Skip,
    }
}
