//! The names that JSON logs of many products have in common: nginx as people set it up, Apache,
//! HAProxy, Elastic's schema, cloud providers.

use super::dialect::Meaning;
use super::key::Key;
use super::scan::{PARENTS_MAX, Path};
use crate::logs::field::Field;

pub(super) fn meaning<'a>(path: &Path<'a>) -> Meaning<'a> {
    if path.index > 0 || path.depth > PARENTS_MAX {
        return Meaning::Nothing;
    }
    let Some(parent) = path.depth.checked_sub(1).and_then(|at| path.parents.get(at)) else {
        return alone(path.key);
    };
    match Key::of(parent).bytes() {
        b"headers" | b"requestheaders" | b"reqheaders" => headers(path),
        b"responseheaders" | b"respheaders" => Meaning::Answer(path.key),
        b"cookies" => Meaning::Cookie(path.key),
        _ => within(path),
    }
}

/// `headers` belong to the request, unless they are the response's.
fn headers<'a>(path: &Path<'a>) -> Meaning<'a> {
    let is_answer = |parent: &&[u8]| matches!(*parent, b"response" | b"resp" | b"res");
    if path.parents.iter().take(path.depth).any(is_answer) {
        return Meaning::Answer(path.key);
    }
    Meaning::Header(path.key)
}

/// A name in an object: under both names together, or under its own where the object says nothing
/// but that it is about the request.
fn within<'a>(path: &Path<'a>) -> Meaning<'a> {
    let mut joined = Key::of(&[]);
    path.parents.iter().take(path.depth).for_each(|parent| joined.add(parent));
    let is_request = matches!(
        joined.bytes(),
        b"request"
            | b"req"
            | b"http"
            | b"httprequest"
            | b"httpreq"
            | b"access"
            | b"fields"
            | b"jsonpayload"
    );
    joined.add(path.key);
    match joined.bytes() {
        b"clientip" | b"clientaddress" | b"sourceip" => Meaning::Field(Field::Client),
        b"useragentoriginal" => Meaning::Field(Field::Agent),
        b"urloriginal" | b"urlfull" => Meaning::Field(Field::Target),
        b"urlpath" => Meaning::Field(Field::Path),
        b"urlquery" => Meaning::Field(Field::Query),
        b"urldomain" => Meaning::Field(Field::Host),
        b"httprequestmethod" => Meaning::Field(Field::Method),
        b"httprequestreferrer" => Meaning::Field(Field::Referer),
        b"httpresponsestatuscode"
        | b"responsestatus"
        | b"responsestatuscode"
        | b"resstatuscode"
        | b"resstatus" => Meaning::Field(Field::Status),
        b"httpresponsebodybytes" | b"httpresponsebytes" => Meaning::Field(Field::Bytes),
        b"eventduration" => Meaning::Field(Field::Nanos),
        _ if is_request => alone(path.key),
        _ => Meaning::Nothing,
    }
}

fn alone(name: &[u8]) -> Meaning<'_> {
    let key = Key::of(name);
    if let Some(field) = who(key.bytes()).or_else(|| what(key.bytes())) {
        return Meaning::Field(field);
    }
    match (strip(name, b"http_"), strip(name, b"cookie_"), strip(name, b"header_")) {
        (Some(name), _, _) | (_, _, Some(name)) => Meaning::Header(name),
        (_, Some(name), _) => Meaning::Cookie(name),
        _ => Meaning::Nothing,
    }
}

fn strip<'a>(name: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    name.strip_prefix(prefix).filter(|name| !name.is_empty())
}

/// Times, clients and servers.
fn who(key: &[u8]) -> Option<Field> {
    Some(match key {
        b"time" | b"timestamp" | b"ts" | b"timelocal" | b"timeiso8601" | b"msec" | b"datetime"
        | b"date" | b"eventtime" => Field::TimeEnded,
        b"starttime" | b"startedat" | b"requesttimestamp" | b"acceptdate" => Field::Time,
        b"clientip"
        | b"remoteaddr"
        | b"remoteaddress"
        | b"remoteip"
        | b"client"
        | b"clientaddr"
        | b"clientaddress"
        | b"remotehost"
        | b"srcip"
        | b"src"
        | b"sourceip"
        | b"ip"
        | b"ci"
        | b"downstreamremoteaddress"
        | b"downstreamremoteaddresswithoutport" => Field::Client,
        b"xforwardedfor"
        | b"httpxforwardedfor"
        | b"forwardedfor"
        | b"proxyaddxforwardedfor"
        | b"xff" => Field::Forwarded,
        b"httphost" | b"authority" | b"requesthost" | b"vhost" | b"domain" => Field::Host,
        // It may be the machine that the log comes from.
        b"host" | b"servername" => Field::HostGuess,
        b"upstreamaddr" | b"upstreamhost" | b"upstream" | b"serveraddr" | b"backendaddr" => {
            Field::Servers
        }
        b"server" | b"srv" | b"endpoint" | b"serverip" => Field::Server,
        b"backend" | b"backendname" | b"upstreamcluster" | b"proxyupstreamname" | b"pool"
        | b"upstreamname" => Field::Backend,
        b"frontend" | b"frontendname" | b"listener" => Field::Frontend,
        b"terminationstate" | b"responseflags" => Field::Ended,
        b"requestid" | b"xrequestid" | b"reqid" | b"uniqueid" | b"traceid" => Field::Id,
        _ => return None,
    })
}

/// What was asked for and what came of it.
fn what(key: &[u8]) -> Option<Field> {
    Some(match key {
        b"request" | b"requestline" | b"httprequest" | b"req" => Field::Request,
        b"method" | b"requestmethod" | b"httpmethod" | b"verb" => Field::Method,
        b"requesturi" | b"uri" | b"url" | b"requesturl" | b"requestpath" | b"target" => {
            Field::Target
        }
        b"path" | b"uripath" => Field::Path,
        b"args" | b"querystring" | b"query" => Field::Query,
        b"status" | b"statuscode" | b"responsecode" | b"responsestatus" | b"httpstatus"
        | b"httpstatuscode" => Field::Status,
        b"bodybytessent" | b"bytessent" | b"bytes" | b"size" | b"responsesize" | b"bytesout"
        | b"bytesread" => Field::Bytes,
        b"requesttime" | b"durations" | b"durationseconds" | b"latencyseconds" => Field::Seconds,
        b"durationms" | b"latencyms" | b"responsetimems" | b"elapsedms" | b"timems" => {
            Field::Millis
        }
        b"durationus" | b"durationmicros" => Field::Micros,
        b"durationns" | b"durationnanos" => Field::Nanos,
        b"latency" | b"duration" | b"responsetime" | b"elapsed" => Field::Span,
        b"useragent" | b"httpuseragent" | b"agent" | b"requestuseragent" => Field::Agent,
        b"referer" | b"referrer" | b"httpreferer" | b"httpreferrer" => Field::Referer,
        b"cookie" | b"cookies" | b"httpcookie" => Field::Cookies,
        _ => return None,
    })
}
