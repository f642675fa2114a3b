//! Envoy's format strings: their commands, and what they tell.

use super::build::Build;
use super::step::Pattern;
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::scratch::Escape;

/// Compiles a `text_format`.
pub(in crate::logs) fn envoy(text: &[u8]) -> Result<Pattern, FormatFault> {
    let mut build = Build::of(text)?;
    let mut rest = text.trim_ascii_end();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'%', [b'%', behind @ ..]) => {
                build.byte(b'%');
                behind
            }
            (b'%', _) => command(behind, &mut build).ok_or_else(|| {
                let at = text.trim_ascii_end().len() - rest.len();
                let what = "a `%` that begins no command".to_owned();
                FormatFault { at, what, expected: "a name and another `%`" }
            })?,
            _ => {
                build.byte(byte);
                behind
            }
        };
    }
    build.done(Escape::None, false)
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
    let behind = rest.get(memchr::memchr(b'%', rest)?.checked_add(1)?..)?;
    let field = field(name, argument, build);
    build.field(field);
    Some(behind)
}

fn field(name: &[u8], argument: &[u8], build: &mut Build) -> Field {
    match name {
        b"START_TIME" => Field::Time,
        b"REQ" | b"REQUEST_HEADER" => {
            let first = argument.split(|&byte| byte == b'?').next().unwrap_or_default();
            build.header(first)
        }
        b"RESP" | b"RESPONSE_HEADER" => {
            let first = argument.split(|&byte| byte == b'?').next().unwrap_or_default();
            Field::Answer(build.name(first))
        }
        b"RESPONSE_CODE" => Field::Status,
        b"RESPONSE_FLAGS" => Field::Ended,
        b"BYTES_SENT" => Field::Bytes,
        b"DURATION" => Field::Millis,
        b"UPSTREAM_HOST" | b"UPSTREAM_REMOTE_ADDRESS" => Field::ServerUrl,
        b"UPSTREAM_CLUSTER" => Field::Backend,
        b"DOWNSTREAM_REMOTE_ADDRESS" => Field::ClientPort,
        b"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" => Field::Client,
        b"REQUESTED_SERVER_NAME" => Field::HostGuess,
        b"STREAM_ID" => Field::Id,
        _ => Field::Skip,
    }
}
