//! The names of Evenkeel's own access log.

use super::dialect::Meaning;
use super::scan::Path;
use crate::logs::field::Field;

pub(super) fn meaning<'a>(path: &Path<'a>) -> Meaning<'a> {
    if path.depth > 0 {
        return Meaning::Nothing;
    }
    Meaning::Field(match path.key {
        b"time" => Field::Time,
        b"client" => Field::Client,
        b"listener" => Field::Frontend,
        b"method" => Field::Method,
        b"host" => Field::Host,
        b"path" => Field::Target,
        b"status" => Field::Status,
        b"bytes_out" => Field::Bytes,
        b"duration_ms" => Field::Millis,
        b"pool" => Field::Backend,
        b"endpoint" => Field::Server,
        b"error" => Field::Ended,
        b"affinity" => Field::Binding,
        b"attempts" | b"first_byte_ms" => return Meaning::Mark,
        _ => return Meaning::Nothing,
    })
}
