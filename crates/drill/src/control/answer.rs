//! What a call does, and what it is answered.

use std::collections::BTreeMap;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::order::Order;
use crate::origin::{FaultKind, Origin};

/// A fault takes some dozen bytes.
const BODY_BYTES_MAX: usize = 4096;
const ALL: &str = "/faults";
const METHODS: &str = "GET, PUT, DELETE";

/// Why a call does nothing.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
    hint: String,
}

impl Refusal {
    pub(super) fn bad(error: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::BAD_REQUEST, error: error.into(), hint: hint.into() }
    }

    fn with(status: StatusCode, error: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal { status, error: error.into(), hint: hint.into() }
    }
}

/// Does what is asked for, and answers with what is in force then.
pub(super) async fn answer(
    origins: &[Origin],
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let (status, value) = match done(origins, request).await {
        Ok(value) => (StatusCode::OK, value),
        Err(refusal) => (refusal.status, json!({ "error": refusal.error, "hint": refusal.hint })),
    };
    let mut response = Response::new(Full::new(Bytes::from(format!("{value}\n"))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static(METHODS));
    }
    response
}

async fn done(origins: &[Origin], request: Request<Incoming>) -> Result<Value, Refusal> {
    let path = request.uri().path().to_owned();
    let meant = meant(origins, &path)?;
    let is_one = path.trim_end_matches('/') != ALL;
    match *request.method() {
        Method::GET => {}
        Method::DELETE => {
            for origin in &meant {
                origin.heal();
                revive(origin).await?;
            }
        }
        Method::PUT if is_one => {
            let body = Limited::new(request.into_body(), BODY_BYTES_MAX).collect().await;
            let body = body.map_err(|error| {
                Refusal::bad(
                    format!("the body cannot be read: {error}"),
                    "it is too long, or broke off",
                )
            })?;
            let (fault, lease) = Order::read(&body.to_bytes())?;
            for origin in &meant {
                if fault.kind() == FaultKind::Answers {
                    // It takes the place of the former, and that may have been its death.
                    revive(origin).await?;
                }
                origin.fault(fault, lease).await;
            }
        }
        _ => {
            let hint = format!("{METHODS}; a PUT is for one server, as /faults/web1");
            return Err(Refusal::with(StatusCode::METHOD_NOT_ALLOWED, "not so", hint));
        }
    }
    Ok(in_force(&meant))
}

/// The servers that a path is about.
fn meant<'a>(origins: &'a [Origin], path: &str) -> Result<Vec<&'a Origin>, Refusal> {
    let nowhere = |error: String, hint: String| Refusal::with(StatusCode::NOT_FOUND, error, hint);
    let rest = path.strip_prefix(ALL).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let Some(rest) = rest else {
        let hint = "there are /faults and /faults/NAME".to_owned();
        return Err(nowhere(format!("there is no {path}"), hint));
    };
    let name = rest.trim_start_matches('/');
    if name.is_empty() {
        return Ok(origins.iter().collect());
    }
    let found = origins.iter().find(|origin| origin.name() == name);
    found.map(|origin| vec![origin]).ok_or_else(|| {
        let known: Vec<&str> = origins.iter().map(Origin::name).collect();
        nowhere(format!("no server is called {name}"), format!("there are {}", known.join(", ")))
    })
}

async fn revive(origin: &Origin) -> Result<(), Refusal> {
    origin.revive().await.map_err(|error| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Refusal::with(status, error.to_string(), "somebody else took its port while it was dead")
    })
}

fn in_force(origins: &[&Origin]) -> Value {
    let faults = |origin: &Origin| -> Vec<Order> {
        origin.faults().into_iter().map(|(fault, left)| Order::told(fault, left)).collect()
    };
    let all = origins.iter().map(|origin| (origin.name(), faults(origin)));
    let all: BTreeMap<&str, Vec<Order>> = all.collect();
    json!(all)
}
