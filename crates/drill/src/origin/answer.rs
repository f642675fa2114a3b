//! Answers one request: reads it whole, waits for a slot, works for its service time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use sim::{Demand, Rng};
use tokio::sync::Semaphore;

use super::counters::Counters;
use super::fault::{Fault, Sickness};
use super::filler::Filler;
use super::handle::OriginSpec;
use super::shift::Shift;
use crate::error::Error;
use crate::load::WORK_US;
use crate::timer::sleep_until;

/// Tells clients which origin answered.
static X_ORIGIN: HeaderName = HeaderName::from_static("x-origin");

/// What all requests of an origin share; it outlives a kill.
pub(super) struct Desk {
    name: HeaderValue,
    body_bytes: u64,
    service: Demand,
    slowness: f64,
    // Fair: whoever waits longest is next, as in the queue of a real server.
    slots: Semaphore,
    draws: Mutex<Rng>,
    pub(super) sickness: Sickness,
    pub(super) counters: Counters,
}

impl Desk {
    pub(super) fn new(spec: &OriginSpec) -> Result<Desk, Error> {
        spec.service.check().map_err(|none| Error::spec(none.message, none.hint))?;
        if spec.slots == 0 || spec.slots > Semaphore::MAX_PERMITS {
            return Err(Error::spec(
                format!("origin {:?} cannot have {} slots", spec.name, spec.slots),
                "write the number of requests it works on at once, 1 or more",
            ));
        }
        if !(spec.slowness > 0.0 && spec.slowness.is_finite()) {
            return Err(Error::spec(
                format!("origin {:?} cannot be {} times slower", spec.name, spec.slowness),
                "write a number above 0; 1 is full speed",
            ));
        }
        let name = HeaderValue::from_str(&spec.name).ok().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| {
            Error::spec(
                format!("an origin cannot be named {:?}", spec.name),
                "write a name that can stand in a header",
            )
        })?;
        Ok(Desk {
            name,
            body_bytes: spec.body_bytes,
            service: spec.service,
            slowness: spec.slowness,
            slots: Semaphore::new(spec.slots),
            draws: Mutex::new(Rng::new(spec.seed)),
            sickness: Sickness::none(),
            counters: Counters::default(),
        })
    }

    /// Answers `request`. An error is the client's connection breaking while its body arrives.
    pub(super) async fn answer(
        self: &Arc<Desk>,
        request: Request<Incoming>,
        shift: &Shift,
    ) -> Result<Response<Filler>, hyper::Error> {
        let arrived = Instant::now();
        let account = self.counters.open();
        let (head, mut body) = request.into_parts();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        self.sickness.unhung().await;
        if head.uri.path() == "/healthz" {
            account.probed();
            let status = match self.sickness.fails_probes() {
                true => StatusCode::SERVICE_UNAVAILABLE,
                false => StatusCode::OK,
            };
            return Ok(self.respond(status, 0));
        }
        if let Some(Fault::FailFast { status, delay }) = self.sickness.answers() {
            sleep_until(arrived + delay).await;
            account.failed_fast();
            return Ok(self.respond(status, 0));
        }
        let told = head.headers.get(WORK_US).and_then(|us| us.to_str().ok()?.parse().ok());
        let desk = Arc::clone(self);
        let work = async move { desk.work(told.map(Duration::from_micros)).await };
        shift.see_through(work).await;
        account.served();
        if self.errs() {
            return Ok(self.respond(StatusCode::SERVICE_UNAVAILABLE, 0));
        }
        Ok(match wanted_bytes(head.uri.query(), self.body_bytes) {
            Some(bytes) => self.respond(StatusCode::OK, bytes),
            None => self.respond(StatusCode::BAD_REQUEST, 0),
        })
    }

    /// Works as long as it was told to, else as long as it draws.
    async fn work(&self, told: Option<Duration>) {
        let waiting = self.counters.wait();
        // Acquiring fails only on a closed semaphore, and nobody closes this one.
        let _slot = self.slots.acquire().await;
        drop(waiting);
        let _in_flight = self.counters.occupy();
        let factor = self.sickness.slowness().unwrap_or(self.slowness);
        let demand = told.unwrap_or_else(|| self.draw());
        // An absurd factor must not panic a server; a day is longer than any drill.
        let took = Duration::try_from_secs_f64(demand.as_secs_f64() * factor);
        sleep_until(Instant::now() + took.unwrap_or(DAY).min(DAY)).await;
        self.sickness.unhung().await;
    }

    fn draw(&self) -> Duration {
        self.service.draw(&mut self.draws())
    }

    /// Whether this answer is one of the share that are errors.
    fn errs(&self) -> bool {
        match self.sickness.answers() {
            Some(Fault::Errors { share }) => self.draws().unit() < share,
            _ => false,
        }
    }

    fn draws(&self) -> MutexGuard<'_, Rng> {
        self.draws.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn respond(&self, status: StatusCode, bytes: u64) -> Response<Filler> {
        let mut response = Response::new(Filler::new(bytes));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(X_ORIGIN.clone(), self.name.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        response
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The length asked for by `bytes=N`, or else the usual one; `None` when N is no number.
fn wanted_bytes(query: Option<&str>, usual: u64) -> Option<u64> {
    let mut pairs = query.unwrap_or_default().split('&');
    match pairs.find_map(|pair| pair.strip_prefix("bytes=")) {
        Some(number) => number.parse().ok(),
        None => Some(usual),
    }
}

#[cfg(test)]
mod tests {
    use super::wanted_bytes;

    #[test]
    fn the_query_chooses_the_length() {
        assert_eq!(wanted_bytes(None, 7), Some(7));
        assert_eq!(wanted_bytes(Some("a=b"), 7), Some(7));
        assert_eq!(wanted_bytes(Some("a=b&bytes=0"), 7), Some(0));
        assert_eq!(wanted_bytes(Some("bytes=1048576&c"), 7), Some(1_048_576));
        assert_eq!(wanted_bytes(Some("bytes=many"), 7), None);
    }
}
