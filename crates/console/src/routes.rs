//! Which question is answered by what.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router, middleware};
use serde::Deserialize;

use crate::metrics::{self, Process};
use crate::{Source, answer, judging};

/// Orders are short; the bodies of other requests are read and thrown away.
const BODY_BYTES_MAX: usize = 4096;

/// The header that an order must carry.
///
/// A page in the operator's browser can send a form to this listener, but not a header of its
/// own without asking first, and that question is never answered with permission.
const CONTROL_HEADER: &str = "x-evenkeel";

/// The other end of a connection.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What the routes answer from.
#[derive(Clone)]
pub(crate) struct Shown {
    source: Arc<dyn Source>,
    patience: Duration,
}

/// All routes. A source that takes longer than `patience` is answered for with 504.
pub(crate) fn router(source: Arc<dyn Source>, patience: Duration) -> Router {
    Router::new()
        .route("/metrics", get(metrics_page))
        .route("/healthz", get(async || answer::word(StatusCode::OK, "ok\n")))
        .route("/readyz", get(readiness))
        .route("/v1/status", get(status))
        .route("/v1/reload", post(reload))
        .merge(judging::routes())
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::map_response(answer::momentary))
        .with_state(Shown { source, patience })
}

async fn metrics_page(State(shown): State<Shown>) -> Response {
    let page = shown.ask(|source| {
        let watched = source.judge().map(|judge| (judge.alarms(), judge.intent()));
        metrics::page(&source.status(), watched.as_ref(), &Process::read())
    });
    let page = page.await;
    page.map_or_else(|response| response, answer::metrics)
}

async fn readiness(State(shown): State<Shown>) -> Response {
    match shown.ask(|source| source.status().ready).await {
        Ok(true) => answer::word(StatusCode::OK, "ready\n"),
        Ok(false) => answer::word(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
        Err(response) => response,
    }
}

async fn status(State(shown): State<Shown>) -> Response {
    let status = shown.ask(|source| source.status()).await;
    status.map_or_else(|response| response, |status| Json(status).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    by: Option<String>,
}

async fn reload(
    State(shown): State<Shown>,
    peer: Option<Extension<Peer>>,
    Query(who): Query<Who>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if let Some(error) = control_forbidden(&headers) {
        return answer::refused(StatusCode::FORBIDDEN, error);
    }
    if let Err(rejection) = body {
        return answer::refused(rejection.status(), &rejection.body_text());
    }
    let from = peer.map_or_else(|| "somebody".to_owned(), |Extension(Peer(it))| it.to_string());
    let asker = who.by.filter(|by| !by.trim().is_empty()).unwrap_or(from);
    let outcome = shown.ask(move |source| source.reload(&asker)).await;
    match outcome {
        Ok(Ok(message)) => answer::done(&message),
        Ok(Err(problems)) => answer::refused(StatusCode::CONFLICT, &problems),
        Err(response) => response,
    }
}

async fn unknown(uri: Uri) -> Response {
    answer::lost(StatusCode::NOT_FOUND, &format!("there is nothing at {}", uri.path()))
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let error = format!("{method} is not possible on {}", uri.path());
    answer::lost(StatusCode::METHOD_NOT_ALLOWED, &error)
}

/// Why these headers may not control the balancer: programs may, a page in a browser never.
///
/// `Origin` is refused as well: a page whose name was pointed at this listener (DNS rebinding)
/// may set any header, but its browser always adds this one to a POST.
pub(crate) fn control_forbidden(headers: &HeaderMap) -> Option<&'static str> {
    if headers.get(CONTROL_HEADER).is_none_or(|value| value != "1") {
        return Some("an order needs the header `X-Evenkeel: 1`, so that no web page gives it");
    }
    let from_page = headers.contains_key(header::ORIGIN);
    from_page.then_some("an order cannot come from a web page (the request has `Origin`)")
}

impl Shown {
    /// Asks the source on a thread that may block.
    ///
    /// It takes a lock, and a reload may hold that lock for long: asked here, it would keep
    /// `/healthz` waiting and have a healthy process killed.
    pub(crate) async fn ask<T: Send + 'static>(
        self,
        question: impl FnOnce(&dyn Source) -> T + Send + 'static,
    ) -> Result<T, Response> {
        let source = self.source;
        let answered = tokio::task::spawn_blocking(move || question(source.as_ref()));
        match tokio::time::timeout(self.patience, answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(failure)) => {
                tracing::error!(%failure, "the admin listener's question failed inside");
                let error = "internal error; the log of the process has more";
                Err(answer::refused(StatusCode::INTERNAL_SERVER_ERROR, error))
            }
            Err(_) => {
                let error = "no answer in time; what was asked for may still happen";
                Err(answer::refused(StatusCode::GATEWAY_TIMEOUT, error))
            }
        }
    }
}
