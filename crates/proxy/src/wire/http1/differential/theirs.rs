//! Lets hyper's server read a connection, and records what its service is handed.

use std::convert::Infallible;
use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;

use super::ours::{Ended, Meaning};

/// A request that hyper accepted.
#[derive(Clone, Debug)]
pub(super) struct Served {
    pub(super) meaning: Meaning,
    pub(super) payload: Vec<u8>,
    pub(super) body: Ended,
}

/// Why hyper served no further request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The bytes ended, or the connection was not to be kept.
    Closed,
    /// The bytes ended inside a message.
    Open,
    Refused,
}

impl End {
    pub(super) fn name(self) -> &'static str {
        match self {
            End::Closed => "closed by hyper",
            End::Open => "not whole for hyper",
            End::Refused => "refused by hyper",
        }
    }
}

/// Everything hyper made of a connection.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) served: Vec<Served>,
    pub(super) end: End,
}

/// Serves `bytes`, after which the client says nothing more.
pub(super) async fn serve(bytes: &[u8]) -> Account {
    // Room for all bytes and all answers: nobody has to wait for the other side.
    let (mut client, server) = tokio::io::duplex(1 << 20);
    client.write_all(bytes).await.expect("room in memory");
    client.shutdown().await.expect("an end in memory");
    let served = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&served);
    let service = service_fn(move |request: Request<Incoming>| {
        let record = Arc::clone(&record);
        async move {
            let one = receive(request).await;
            record.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
        }
    });
    let mut builder = http1::Builder::new();
    builder.half_close(true).header_read_timeout(None);
    let connection = builder.serve_connection(TokioIo::new(server), service);
    let end = match connection.await {
        Ok(()) => End::Closed,
        Err(error) if error.is_parse() => End::Refused,
        Err(_) => End::Open,
    };
    let served = served.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Account { served, end }
}

async fn receive(request: Request<Incoming>) -> Served {
    let (parts, mut body) = request.into_parts();
    let mut fields = Vec::new();
    for (name, value) in &parts.headers {
        fields.push((name.as_str().to_owned(), value.as_bytes().to_vec()));
    }
    fields.sort_by(|a: &(String, Vec<u8>), b| a.0.cmp(&b.0));
    let uri = &parts.uri;
    let authority = uri.authority().map(|authority| authority.as_str().to_owned());
    let target = match uri.path_and_query() {
        Some(target) => target.as_str().to_owned(),
        None => authority.clone().unwrap_or_default(),
    };
    let meaning = Meaning {
        method: parts.method.as_str().to_owned(),
        target,
        authority,
        is_1_1: parts.version == Version::HTTP_11,
        fields,
    };
    let declared = body.size_hint().exact();
    let mut payload = Vec::new();
    let ended = loop {
        match body.frame().await {
            None => break Ended::Whole,
            Some(Ok(frame)) => payload.extend_from_slice(frame.data_ref().map_or(&[], |data| data)),
            Some(Err(error)) => break broken(&error),
        }
    };
    if ended == Ended::Whole
        && let Some(declared) = declared
    {
        assert_eq!(declared, payload.len() as u64, "hyper gives as much as it declares");
    }
    Served { meaning, payload, body: ended }
}

/// Whether the bytes ended or were bad.
fn broken(error: &hyper::Error) -> Ended {
    let cause = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match cause {
        Some(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => Ended::Broken,
        _ => Ended::Open,
    }
}
