//! The forms in which the admin listener answers.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Everything the listener offers; a wrong address is answered with this list.
pub(crate) const ENDPOINTS: [&str; 13] = [
    "GET /metrics",
    "GET /healthz",
    "GET /readyz",
    "GET /v1/status",
    "GET /v1/alarms",
    "GET /v1/diagnosis",
    "GET /v1/events",
    "GET /v1/intent",
    "POST /v1/reload",
    "POST /v1/alarms",
    "POST /v1/silences",
    "POST /v1/approvals",
    "POST /v1/events",
];

const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Serialize)]
struct Done<'a> {
    ok: bool,
    message: &'a str,
}

#[derive(Serialize)]
struct Refused<'a> {
    ok: bool,
    error: &'a str,
}

#[derive(Serialize)]
struct Lost<'a> {
    ok: bool,
    error: &'a str,
    endpoints: [&'static str; 13],
}

/// 200: something was done.
pub(crate) fn done(message: &str) -> Response {
    Json(Done { ok: true, message }).into_response()
}

/// A refusal that says why.
pub(crate) fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(Refused { ok: false, error })).into_response()
}

/// A refusal that says what there is instead.
pub(crate) fn lost(status: StatusCode, error: &str) -> Response {
    (status, Json(Lost { ok: false, error, endpoints: ENDPOINTS })).into_response()
}

/// A word for load balancers and people.
pub(crate) fn word(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

/// A page of metrics.
pub(crate) fn metrics(page: String) -> Response {
    ([(header::CONTENT_TYPE, METRICS_TYPE)], page).into_response()
}

/// Marks an answer as true for this moment only, and as nothing a browser may interpret.
pub(crate) async fn momentary(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
