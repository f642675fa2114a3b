//! A request of the mix, ready to be sent by any user.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{COOKIE, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{HeaderMap, Method, Request, Uri};

use super::request::RequestKind;
use super::spec::{LoadSpec, Protocol};
use crate::error::Error;

/// Tells an origin of a drill how much work a request is, in microseconds.
pub(crate) const WORK_US: HeaderName = HeaderName::from_static("x-work-us");

/// Headers that frame a message or belong to its connection; a load sets them itself.
const OWN: [&str; 8] = [
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What one request has of its own.
pub(super) struct Extra {
    pub(super) cookie: Option<HeaderValue>,
    /// Work that the origin is told to do.
    pub(super) work: Option<Duration>,
}

/// A request that lacks what differs from user to user.
pub(super) struct Template {
    method: Method,
    uri: Uri,
    // One for the whole mix: a recording has many kinds.
    headers: Arc<HeaderMap>,
    agent: Option<HeaderValue>,
    pub(super) body: Bytes,
}

impl Template {
    /// Those of a whole mix; `scheme` is `http` or `https`.
    pub(super) fn all(spec: &LoadSpec, scheme: &str) -> Result<Vec<Template>, Error> {
        let headers = Arc::new(headers(spec)?);
        let prefix = match spec.protocol {
            Protocol::Http1 => String::new(),
            // HTTP/2 sends scheme and authority with each request, and no Host.
            Protocol::Http2 => format!("{scheme}://{}", spec.host),
        };
        let template = |kind: &RequestKind| Template::new(kind, &prefix, &headers);
        spec.mix.iter().map(template).collect()
    }

    fn new(kind: &RequestKind, prefix: &str, headers: &Arc<HeaderMap>) -> Result<Template, Error> {
        let uri = format!("{prefix}{}", kind.path).parse().map_err(|error| {
            Error::spec(
                format!("{} {:?} cannot be requested: {error}", kind.method, kind.path),
                "write a path that begins with a slash, and a host name",
            )
        })?;
        let agent = kind.agent.as_deref().map(HeaderValue::from_str).transpose();
        let agent = agent.map_err(|_| {
            Error::spec(
                format!("the user agent {:?} cannot be sent", kind.agent),
                "write it in plain letters",
            )
        })?;
        let (method, body) = (kind.method.clone(), kind.body.clone());
        Ok(Template { method, uri, headers: Arc::clone(headers), agent, body })
    }

    /// Whether a second sending has the effect of the first (RFC 9110, 9.2.2).
    pub(super) fn is_idempotent(&self) -> bool {
        self.method.is_idempotent()
    }

    /// The request, without its body.
    pub(super) fn head(&self, extra: &Extra) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        if let Some(agent) = &self.agent {
            headers.insert(USER_AGENT, agent.clone());
        }
        if let Some(work) = extra.work {
            headers.insert(WORK_US, HeaderValue::from(work.as_micros() as u64));
        }
        if let Some(cookie) = &extra.cookie {
            let all = headers.get(COOKIE).and_then(|given| joined(given, cookie));
            headers.insert(COOKIE, all.unwrap_or_else(|| cookie.clone()));
        }
        request
    }
}

/// The cookies that every user sends, then a user's own (one line: RFC 6265, 5.4).
fn joined(given: &HeaderValue, own: &HeaderValue) -> Option<HeaderValue> {
    HeaderValue::from_bytes(&[given.as_bytes(), b"; ", own.as_bytes()].concat()).ok()
}

fn headers(spec: &LoadSpec) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let host = HeaderValue::from_str(&spec.host);
    let host = host.ok().filter(|host| !host.is_empty());
    let host = host
        .ok_or_else(|| Error::spec(format!("{:?} is no host", spec.host), "write a host name"))?;
    if spec.protocol == Protocol::Http1 {
        headers.insert(HOST, host);
    }
    headers.insert(USER_AGENT, HeaderValue::from_static("evenkeel-drill"));
    let mut given = HeaderMap::new();
    for (name, value) in &spec.headers {
        let bad = |what: &str| Error::spec(format!("the header {name:?} {what}"), "leave it out");
        let key = HeaderName::try_from(name.as_str()).map_err(|_| bad("has no valid name"))?;
        let value = HeaderValue::try_from(value.as_str());
        let value = value.map_err(|_| bad("has no valid value"))?;
        if OWN.contains(&key.as_str()) {
            return Err(bad("is set by the load itself"));
        }
        if given.try_append(key, value).is_err() {
            return Err(bad("is one too many"));
        }
    }
    // The first of a name replaces ours, further ones stand beside it.
    for name in given.keys() {
        headers.remove(name);
    }
    if spec.protocol == Protocol::Http2 && given.contains_key(HOST) {
        return Err(Error::spec(
            "HTTP/2 names the host in the request's target",
            "name the host in the URL",
        ));
    }
    headers.extend(given);
    Ok(headers)
}
