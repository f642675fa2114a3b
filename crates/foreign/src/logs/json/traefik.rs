//! The names of Traefik's JSON access log.

use super::dialect::Meaning;
use super::scan::Path;
use crate::logs::field::Field;

pub(super) fn meaning<'a>(path: &Path<'a>) -> Meaning<'a> {
    if path.depth > 0 {
        return Meaning::Nothing;
    }
    Meaning::Field(match path.key {
        b"StartUTC" => Field::Time,
        b"StartLocal" | b"time" => Field::TimeEnded,
        b"ClientHost" => Field::Client,
        b"RequestMethod" => Field::Method,
        b"RequestHost" | b"RequestAddr" => Field::Host,
        b"RequestPath" => Field::Target,
        b"DownstreamStatus" => Field::Status,
        b"DownstreamContentSize" => Field::Bytes,
        b"Duration" => Field::Nanos,
        b"ServiceAddr" => Field::Server,
        b"ServiceName" => Field::Backend,
        b"entryPointName" => Field::Frontend,
        b"RequestCount" | b"RouterName" | b"OriginStatus" | b"Overhead" => return Meaning::Mark,
        key => {
            return match (key.strip_prefix(b"request_"), key.strip_prefix(b"downstream_")) {
                (Some(name), _) => Meaning::Header(name),
                (_, Some(name)) => Meaning::Answer(name),
                _ => Meaning::Nothing,
            };
        }
    })
}
