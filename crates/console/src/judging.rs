//! Routes to whoever watches over the balancer.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answer;
use crate::judge::Judge;
use crate::routes::{Shown, control_forbidden};

const NOBODY: &str = "nobody watches: this process measures nothing";

pub(crate) fn routes() -> Router<Shown> {
    Router::new()
        .route("/v1/alarms", get(alarms).post(about_alarm))
        .route("/v1/intent", get(intent))
        .route("/v1/silences", axum::routing::post(about_silence))
        .route("/v1/approvals", axum::routing::post(approve))
        .route("/v1/diagnosis", get(diagnosis))
        .route("/v1/events", get(events).post(note_event))
        .route("/v1/audits", get(audits))
}

async fn alarms(State(shown): State<Shown>) -> Response {
    let alarms = shown.consult(|judge| judge.alarms()).await;
    alarms.map_or_else(|response| response, |alarms| Json(alarms).into_response())
}

async fn intent(State(shown): State<Shown>) -> Response {
    let intent = shown.consult(|judge| judge.intent()).await;
    intent.map_or_else(|response| response, |intent| Json(intent).into_response())
}

async fn audits(State(shown): State<Shown>) -> Response {
    let audits = shown.consult(|judge| judge.audits()).await;
    audits.map_or_else(|response| response, |audits| Json(audits).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    pool: Option<String>,
    at: Option<u64>,
}

async fn diagnosis(State(shown): State<Shown>, Query(which): Query<Which>) -> Response {
    let asked = move |judge: &dyn Judge| judge.diagnoses(which.pool.as_deref(), which.at);
    let diagnoses = shown.consult(asked).await;
    diagnoses.map_or_else(|response| response, |diagnoses| Json(diagnoses).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    #[serde(default)]
    since: f64,
}

async fn events(State(shown): State<Shown>, Query(asked): Query<Since>) -> Response {
    match shown.consult(move |judge| judge.events(asked.since)).await {
        Ok(Ok(events)) => Json(events).into_response(),
        Ok(Err(why)) => answer::refused(StatusCode::SERVICE_UNAVAILABLE, &why),
        Err(response) => response,
    }
}

async fn about_alarm(
    State(shown): State<Shown>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    obey(shown, &headers, body, |judge, order| judge.about_alarm(&order)).await
}

async fn about_silence(
    State(shown): State<Shown>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    obey(shown, &headers, body, |judge, order| judge.about_silence(&order)).await
}

async fn note_event(
    State(shown): State<Shown>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    obey(shown, &headers, body, |judge, order| judge.note_event(&order)).await
}

async fn approve(
    State(shown): State<Shown>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    obey(shown, &headers, body, |judge, order| judge.approve(&order)).await
}

/// Reads an order and has it done.
async fn obey<T: DeserializeOwned + Send + 'static>(
    shown: Shown,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    order: impl FnOnce(&dyn Judge, T) -> Result<String, String> + Send + 'static,
) -> Response {
    if let Some(error) = control_forbidden(headers) {
        return answer::refused(StatusCode::FORBIDDEN, error);
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return answer::refused(rejection.status(), &rejection.body_text()),
    };
    let wanted: T = match serde_json::from_slice(&body) {
        Ok(wanted) => wanted,
        Err(error) => {
            let error = format!("the order cannot be read: {error}");
            return answer::refused(StatusCode::BAD_REQUEST, &error);
        }
    };
    match shown.consult(move |judge| order(judge, wanted)).await {
        Ok(Ok(message)) => answer::done(&message),
        Ok(Err(why)) => answer::refused(StatusCode::CONFLICT, &why),
        Err(response) => response,
    }
}

impl Shown {
    /// Asks whoever watches, on a thread that may block.
    async fn consult<T: Send + 'static>(
        self,
        question: impl FnOnce(&dyn Judge) -> T + Send + 'static,
    ) -> Result<T, Response> {
        let asked = self.ask(move |source| source.judge().map(question)).await?;
        asked.ok_or_else(|| answer::refused(StatusCode::NOT_FOUND, NOBODY))
    }
}
