//! The names of Caddy 2's access log.

use super::dialect::Meaning;
use super::scan::Path;
use crate::logs::field::Field;

pub(super) fn meaning<'a>(path: &Path<'a>) -> Meaning<'a> {
    let field = match (path.depth, path.parents, path.key) {
        (0, _, b"ts") => Field::TimeEnded,
        (0, _, b"status") => Field::Status,
        (0, _, b"size") => Field::Bytes,
        (0, _, b"duration") => Field::Seconds,
        (0, _, b"upstream" | b"upstream_host") => Field::Server,
        (0, _, b"logger") => return Meaning::Logger,
        (1, [b"request", ..], b"uri") => Field::Target,
        (1, [b"request", ..], b"method") => Field::Method,
        (1, [b"request", ..], b"host") => Field::Host,
        // Behind trusted proxies `client_ip` is another than `remote_ip`, and comes after it.
        (1, [b"request", ..], b"client_ip" | b"remote_ip" | b"remote_addr") => Field::Client,
        (2, [b"request", b"headers", ..], _) if path.index == 0 => {
            return Meaning::Header(path.key);
        }
        (1, [b"resp_headers", ..], _) if path.index == 0 => return Meaning::Answer(path.key),
        _ => return Meaning::Nothing,
    };
    Meaning::Field(field)
}
