//! Envoy's format strings: their commands, and what they tell.

use super::build::Build;
use super::envoy_time;
use super::step::{Pattern, Shape};
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::scratch::Escape;

/// Compiles a `text_format`.
pub(in crate::logs) fn envoy(text: &[u8]) -> Result<Pattern, FormatFault> {
    commands(text.trim_ascii_end())?.done(Escape::None, false)
}

/// Compiles a value of a `json_format`, of which the log has what JSON makes of it.
pub(in crate::logs) fn envoy_value(text: &[u8]) -> Result<Pattern, FormatFault> {
    let mut written = Vec::with_capacity(text.len());
    for &byte in text {
        written.extend(matches!(byte, b'"' | b'\\').then_some(b'\\'));
        written.push(byte);
    }
    commands(&written)?.done(Escape::BackslashBytes, false)
}

fn commands(text: &[u8]) -> Result<Build, FormatFault> {
    let mut build = Build::of(text)?;
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'%', [b'%', behind @ ..]) => {
                build.byte(b'%');
                behind
            }
            (b'%', _) => command(behind, &mut build).ok_or_else(|| {
                let at = text.len() - rest.len();
                let what = "a `%` that begins no command".to_owned();
                FormatFault { at, what, expected: "a name and another `%`" }
            })?,
            _ => {
                build.byte(byte);
                behind
            }
        };
    }
    Ok(build)
}

/// `REQ(X?Y):Z%`: what follows it.
fn command<'t>(text: &'t [u8], build: &mut Build) -> Option<&'t [u8]> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().take_while(is_name).count();
    let (name, rest) = text.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
    let (argument, rest) = match rest.strip_prefix(b"(") {
        Some(inside) => inside.split_at_checked(memchr::memchr(b')', inside)?)?,
        None => (&b""[..], rest),
    };
    let (limit, behind) = rest.split_at_checked(memchr::memchr(b'%', rest)?)?;
    let limit = limit.strip_prefix(b")").unwrap_or(limit).strip_prefix(b":");
    let cut_at = limit.and_then(|limit| std::str::from_utf8(limit).ok()?.parse().ok());
    match name {
        b"START_TIME" | b"START_TIME_LOCAL" => time(Field::Time, argument, build),
        b"EMIT_TIME" | b"EMIT_TIME_LOCAL" => time(Field::TimeEnded, argument, build),
        _ => {
            let field = field(name, argument, build);
            build.shaped(field, Shape { cut_at, ..Shape::default() });
        }
    }
    behind.get(1..)
}

fn time(field: Field, format: &[u8], build: &mut Build) {
    let (sample, is_read) = envoy_time::sample(format);
    let field = if is_read { field } else { Field::Skip };
    build.shaped(field, Shape { sample: sample.into(), cut_at: None });
}

fn field(name: &[u8], argument: &[u8], build: &mut Build) -> Field {
    match name {
        b"REQ" | b"REQUEST_HEADER" => header(argument, build),
        b"RESP" | b"RESPONSE_HEADER" => {
            let first = argument.split(|&byte| byte == b'?').next().unwrap_or_default();
            Field::Answer(build.name(first))
        }
        b"PATH" => path(argument),
        b"RESPONSE_CODE" => Field::Status,
        b"RESPONSE_FLAGS" => Field::Ended,
        b"BYTES_SENT" => Field::Bytes,
        b"DURATION" => Field::Millis,
        b"UPSTREAM_HOST" | b"UPSTREAM_REMOTE_ADDRESS" => Field::ServerUrl,
        b"UPSTREAM_CLUSTER" | b"UPSTREAM_CLUSTER_RAW" => Field::Backend,
        b"DOWNSTREAM_REMOTE_ADDRESS" => Field::ClientPort,
        b"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" => Field::Client,
        b"DOWNSTREAM_DIRECT_REMOTE_ADDRESS" | b"DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT" => {
            Field::ClientGuess
        }
        b"REQUESTED_SERVER_NAME" => Field::HostGuess,
        b"STREAM_ID" => Field::Id,
        _ => Field::Skip,
    }
}

/// `X?Y`: the one or the other header, of which the log does not say which it is.
fn header(argument: &[u8], build: &mut Build) -> Field {
    let mut names = argument.splitn(2, |&byte| byte == b'?');
    let (first, second) = (names.next().unwrap_or_default(), names.next());
    let Some(second) = second else { return build.header(first) };
    match (build.header(first), build.header(second)) {
        (Field::Target, Field::TargetGuess) => Field::Target,
        (one, other) if one == other => one,
        _ => Field::Skip,
    }
}

/// `WQ:ORIG_OR_PATH`: with its query or without, before rewriting or after.
fn path(argument: &[u8]) -> Field {
    let mut words = argument.split(|&byte| byte == b':');
    match (words.next(), words.next()) {
        (Some(b"NQ"), _) => Field::Path,
        (_, Some(b"PATH")) => Field::TargetGuess,
        _ => Field::Target,
    }
}
