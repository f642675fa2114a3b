//! One request and its response, as a browser would get it: sent again only where that is safe.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{COOKIE, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{HeaderMap, Request};

use super::client::Client;
use super::progress::{Progress, add_one};
use super::spec::RequestKind;
use super::wire::Wire;
use crate::error::Error;

/// A response that was received whole.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Connect,
    Reset,
    Timeout,
    Protocol,
}

/// Tells an origin of a drill how much work a request is, in microseconds.
pub(crate) const WORK_US: HeaderName = HeaderName::from_static("x-work-us");

/// What one request has of its own.
pub(super) struct Extra {
    pub(super) cookie: Option<HeaderValue>,
    /// Work that the origin is told to do.
    pub(super) work: Option<Duration>,
}

/// A request of the mix, ready to be sent by any user.
pub(super) struct Template {
    request: Request<Full<Bytes>>,
    is_idempotent: bool,
}

impl Template {
    pub(super) fn new(kind: &RequestKind, host: &str) -> Result<Template, Error> {
        let request = Request::builder()
            .method(kind.method.clone())
            .uri(&kind.path)
            .header(HOST, host)
            .header(USER_AGENT, "evenkeel-drill")
            .body(Full::new(Bytes::from(vec![b'k'; kind.body_bytes])));
        let request = request.map_err(|error| {
            Error::spec(
                format!("{} {:?} cannot be requested: {error}", kind.method, kind.path),
                "write a path that begins with a slash, and a host name",
            )
        })?;
        Ok(Template { request, is_idempotent: kind.is_idempotent() })
    }

    fn with(&self, extra: &Extra) -> Request<Full<Bytes>> {
        let mut request = self.request.clone();
        if let Some(work) = extra.work {
            let us = HeaderValue::from(work.as_micros() as u64);
            request.headers_mut().insert(WORK_US, us);
        }
        if let Some(cookie) = &extra.cookie {
            request.headers_mut().insert(COOKIE, cookie.clone());
        }
        request
    }
}

/// Sends a request and reads the response to its end.
pub(super) async fn exchange(
    client: &Client,
    user: u32,
    template: &Template,
    extra: Extra,
    progress: &Progress,
) -> Result<Answer, Failure> {
    while let Some(wire) = client.kept(user).await {
        match attempt(client, user, wire, template.with(&extra)).await {
            Ok(answer) => return Ok(answer),
            // It was closed before the request left: as if it had not been kept.
            Err(Broken::Unsent) => {}
            Err(Broken::Unanswered) if template.is_idempotent => {
                add_one(&progress.reconnects);
                break;
            }
            Err(broken) => return Err(broken.failure()),
        }
    }
    let wire = client.open(user).await.map_err(|_| Failure::Connect)?;
    let request = template.with(&extra);
    attempt(client, user, wire, request).await.map_err(Broken::failure)
}

/// How far a request came on a connection that broke.
#[derive(Clone, Copy)]
enum Broken {
    Unsent,
    Unanswered,
    Answering,
    NotHttp,
}

impl Broken {
    fn failure(self) -> Failure {
        match self {
            Broken::Unsent | Broken::Unanswered | Broken::Answering => Failure::Reset,
            Broken::NotHttp => Failure::Protocol,
        }
    }
}

async fn attempt(
    client: &Client,
    user: u32,
    mut wire: Wire,
    request: Request<Full<Bytes>>,
) -> Result<Answer, Broken> {
    let received_before = wire.received();
    let response = match wire.sender.try_send_request(request).await {
        Ok(response) => response,
        Err(unsent) if unsent.message().is_some() => return Err(Broken::Unsent),
        Err(_) if wire.received() == received_before => return Err(Broken::Unanswered),
        Err(error) => return Err(broken_while_answering(error.error())),
    };
    let (head, mut body) = response.into_parts();
    while let Some(frame) = body.frame().await {
        frame.map_err(|error| broken_while_answering(&error))?;
    }
    client.keep(user, wire);
    Ok(Answer { status: head.status.as_u16(), headers: head.headers })
}

fn broken_while_answering(error: &hyper::Error) -> Broken {
    if error.is_parse() { Broken::NotHttp } else { Broken::Answering }
}
