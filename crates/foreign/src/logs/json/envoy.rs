//! The names that Envoy's examples and Istio use in JSON access logs.

use super::dialect::Meaning;
use super::scan::Path;
use crate::logs::field::Field;

pub(super) fn meaning<'a>(path: &Path<'a>) -> Meaning<'a> {
    if path.depth > 0 {
        return Meaning::Nothing;
    }
    Meaning::Field(match path.key {
        b"start_time" => Field::Time,
        b"method" => Field::Method,
        b"path" | b"x_envoy_original_path" | b"original_path" => Field::Target,
        b"authority" => Field::Host,
        b"response_code" => Field::Status,
        b"bytes_sent" => Field::Bytes,
        b"duration" => Field::Millis,
        b"upstream_host" => Field::Server,
        b"upstream_cluster" => Field::Backend,
        b"route_name" => Field::Frontend,
        b"downstream_remote_address" => Field::ClientPort,
        b"requested_server_name" => Field::HostGuess,
        b"x_forwarded_for" => Field::Forwarded,
        b"user_agent" => Field::Agent,
        b"referer" => Field::Referer,
        b"cookie" => Field::Cookies,
        b"request_id" | b"x_request_id" => Field::Id,
        b"response_flags" => Field::Ended,
        b"upstream_service_time"
        | b"response_code_details"
        | b"upstream_transport_failure_reason"
        | b"x_envoy_upstream_service_time"
        | b"upstream_local_address" => return Meaning::Mark,
        _ => return Meaning::Nothing,
    })
}
