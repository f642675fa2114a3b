//! nginx's `log_format`: its variables, and what they tell.

use super::build::Build;
use super::step::Pattern;
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::format::NginxEscape;
use crate::logs::scratch::Escape;

/// Compiles the text of a `log_format`, its strings joined and their quotes taken off.
pub(in crate::logs) fn nginx(text: &[u8], escape: NginxEscape) -> Result<Pattern, FormatFault> {
    let mut build = Build::of(text)?;
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        if byte != b'$' {
            build.byte(byte);
            rest = behind;
            continue;
        }
        let Some((name, behind)) = variable(behind) else {
            let at = text.len() - rest.len();
            let what = "a `$` that begins no variable".to_owned();
            return Err(FormatFault { at, what, expected: "a name behind it" });
        };
        let field = field(name, &mut build);
        build.field(field);
        rest = behind;
    }
    let escape = match escape {
        NginxEscape::None => Escape::None,
        NginxEscape::Default | NginxEscape::Json => Escape::Backslash,
    };
    build.done(escape, false)
}

/// `name` or `{name}`, and what follows.
fn variable(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, braced) = match text.strip_prefix(b"{") {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = inside.iter().take_while(is_name).count();
    let (name, behind) = inside.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
    let behind = if braced { behind.strip_prefix(b"}")? } else { behind };
    Some((name, behind))
}

fn field(name: &[u8], build: &mut Build) -> Field {
    match name {
        b"remote_addr" | b"realip_remote_addr" | b"proxy_protocol_addr" => Field::Client,
        b"proxy_add_x_forwarded_for" => Field::Forwarded,
        b"time_local" | b"time_iso8601" | b"msec" => Field::TimeEnded,
        b"request" => Field::Request,
        b"request_method" => Field::Method,
        b"request_uri" => Field::Target,
        b"uri" | b"document_uri" => Field::Path,
        b"args" | b"query_string" => Field::Query,
        b"host" | b"http_host" => Field::Host,
        b"server_name" | b"ssl_server_name" | b"ssl_preread_server_name" => Field::HostGuess,
        b"status" => Field::Status,
        b"body_bytes_sent" | b"bytes_sent" => Field::Bytes,
        b"request_time" => Field::Seconds,
        b"upstream_addr" => Field::Servers,
        b"upstream_response_time" => Field::SecondsGuess,
        b"upstream_status"
        | b"upstream_connect_time"
        | b"upstream_header_time"
        | b"upstream_response_length"
        | b"upstream_bytes_sent"
        | b"upstream_bytes_received"
        | b"upstream_cache_status" => Field::SkippedList,
        b"proxy_host" | b"upstream_name" | b"proxy_upstream_name" => Field::Backend,
        b"request_id" | b"req_id" => Field::Id,
        _ => of_family(name, build),
    }
}

/// Variables whose name goes on with the name of a header, a cookie or an argument.
fn of_family(name: &[u8], build: &mut Build) -> Field {
    if let Some(cookie) = name.strip_prefix(b"cookie_") {
        return Field::Cookie(build.name(cookie));
    }
    let header = |name: &[u8]| -> Vec<u8> {
        name.iter().map(|&byte| if byte == b'_' { b'-' } else { byte }).collect()
    };
    if let Some(name) = name.strip_prefix(b"http_") {
        return build.header(&header(name));
    }
    match name.strip_prefix(b"sent_http_").or_else(|| name.strip_prefix(b"upstream_http_")) {
        Some(name) => Field::Answer(build.name(&header(name))),
        None => Field::Skip,
    }
}
