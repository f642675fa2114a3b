//! The names that Envoy's examples and Istio use in JSON access logs.

use super::dialect::Meaning;
use super::key::Key;
use super::scan::Path;
use crate::logs::field::Field;

pub(super) fn meaning<'a>(path: &Path<'a>) -> Meaning<'a> {
    if path.depth > 0 {
        return Meaning::Nothing;
    }
    Meaning::Field(match Key::of(path.key).bytes() {
        b"starttime" => Field::Time,
        b"method" => Field::Method,
        b"path" => Field::TargetGuess,
        b"xenvoyoriginalpath" | b"xenvoyoriginpath" | b"originalpath" => Field::Target,
        b"authority" => Field::Host,
        b"responsecode" => Field::Status,
        b"bytessent" => Field::Bytes,
        b"duration" => Field::Millis,
        b"upstreamhost" => Field::ServerUrl,
        b"upstreamcluster" => Field::Backend,
        b"routename" => Field::Frontend,
        b"downstreamremoteaddress" => Field::ClientPort,
        b"requestedservername" => Field::HostGuess,
        b"xforwardedfor" => Field::Forwarded,
        b"useragent" => Field::Agent,
        b"referer" => Field::Referer,
        b"cookie" => Field::Cookies,
        b"requestid" | b"xrequestid" => Field::Id,
        b"responseflags" => Field::Ended,
        b"upstreamservicetime"
        | b"responsecodedetails"
        | b"upstreamtransportfailurereason"
        | b"xenvoyupstreamservicetime"
        | b"upstreamlocaladdress" => return Meaning::Mark,
        _ => return Meaning::Nothing,
    })
}
