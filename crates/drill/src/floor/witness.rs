//! Asks a balancer that judges itself what it has noticed, as an operator's screen would.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use evenness::{Cause, Severity};
use ledger::DiagnosisRecord;
use ledger::alarm::{AlarmRecord, AlarmState, AlarmsStatus, Change};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stop::Stop;
use crate::timer::sleep_until;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// Clocks that are read one after the other differ by a moment.
const SLACK_S: f64 = 0.1;
const ANSWER_MAX: u64 = 16 * 1024 * 1024;

/// What a balancer noticed of what happened to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Noticed {
    /// Seconds from what happened first to the first alarm, or to the page that one became which
    /// was there before.
    pub alarm_after_s: Option<f64>,
    /// By cause, seconds from what happened first to the moment when an alarm named it.
    pub named_after_s: BTreeMap<String, f64>,
    /// The causes that were named last.
    pub causes: Vec<String>,
    /// The likeliest that was not named.
    pub runner_up: Option<String>,
    /// What was said of a denial of service.
    pub ddos: Option<String>,
    /// Alarms that fired and were a page in the end.
    pub pages: u64,
    /// Those that were none.
    pub tickets: u64,
    /// All alarms that fired.
    pub alarms: Vec<AlarmRecord>,
    /// The diagnosis that named them, whole.
    pub diagnosis: Option<DiagnosisRecord>,
}

/// Looks until told to stop. `happens_after` is when something happens first.
pub(super) async fn watch(
    admin: SocketAddr,
    happens_after: Option<Duration>,
    start: Instant,
    stop: Stop,
) -> Noticed {
    let mut noticed = Noticed::default();
    let Some(happens_after) = happens_after else { return noticed };
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let happens_at = (since_epoch + happens_after).saturating_sub(start.elapsed()).as_secs_f64();
    let mut next = start + happens_after;
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => return noticed,
            () = sleep_until(next) => {}
        }
        look(admin, happens_at, &mut noticed).await;
        next = (next + LOOK_EVERY).max(Instant::now());
    }
}

async fn look(admin: SocketAddr, happens_at: f64, noticed: &mut Noticed) {
    let Some(alarms) = ask::<AlarmsStatus>(admin, "/v1/alarms").await else { return };
    let fired = alarms.alarms.iter().filter(|alarm| alarm.state != AlarmState::Pending);
    let pages = fired.clone().filter(|alarm| alarm.severity == Severity::Page).count() as u64;
    (noticed.pages, noticed.tickets) = (pages, fired.clone().count() as u64 - pages);
    noticed.alarms = fired.cloned().collect();
    let since = |at: &f64| *at >= happens_at - SLACK_S;
    let told =
        alarms.alarms.iter().flat_map(|alarm| &alarm.history).filter(|step| {
            matches!(step.change, Change::Fired | Change::Escalated) && since(&step.at)
        });
    let told = told.map(|step| step.at - happens_at).reduce(f64::min);
    noticed.alarm_after_s = noticed.alarm_after_s.or(told);
    for alarm in &alarms.alarms {
        // An alarm may have been there before, and name what happens now. Who is told of one whose
        // cause is known hears it in the same breath.
        let diagnosed = alarm.history.iter().filter(|step| step.change == Change::Diagnosed);
        let diagnosed = diagnosed.map(|step| step.at).filter(since).reduce(f64::max);
        if let Some(at) = diagnosed.or(alarm.fired_at.filter(since)) {
            noticed.hear(&alarm.causes, at - happens_at);
        }
    }
    if noticed.alarm_after_s.is_none() {
        return;
    }
    let diagnoses = ask::<Vec<DiagnosisRecord>>(admin, "/v1/diagnosis").await;
    if let Some(diagnosis) = diagnoses.and_then(|all| all.into_iter().next()) {
        noticed.take(diagnosis);
    }
}

impl Noticed {
    /// An alarm names these causes, so many seconds after what happened first.
    pub fn hear(&mut self, causes: &[Cause], after_s: f64) {
        for cause in causes {
            self.named_after_s.entry(cause.name().to_owned()).or_insert(after_s);
        }
    }

    /// Seconds from what happened first to the moment when the last of the causes was named that
    /// were named in the end. `None`: not all of them were, or none was.
    pub fn diagnosed_after_s(&self) -> Option<f64> {
        let times: Option<Vec<f64>> =
            self.causes.iter().map(|cause| self.named_after_s.get(cause).copied()).collect();
        times?.into_iter().reduce(f64::max)
    }

    /// Takes the diagnosis of a later moment. Once the trouble is over, or part of it is, there is
    /// less to be named than there was.
    pub fn take(&mut self, diagnosis: DiagnosisRecord) {
        let before = self.diagnosis.as_ref().map(DiagnosisRecord::named).unwrap_or_default();
        let names_less = diagnosis.named().len() < before.len();
        if self.diagnosis.is_some() && names_less && diagnosis.narrows(&before) {
            return;
        }
        self.causes.clone_from(&diagnosis.causes);
        self.runner_up.clone_from(&diagnosis.runner_up);
        self.ddos = Some(diagnosis.ddos.clone());
        self.diagnosis = Some(diagnosis);
    }
}

/// What the admin listener shows; `None` where it does not.
async fn ask<T: DeserializeOwned>(admin: SocketAddr, path: &str) -> Option<T> {
    let asked = async {
        let mut stream = TcpStream::connect(admin).await.ok()?;
        let ask = format!("GET {path} HTTP/1.1\r\nhost: drill\r\nconnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.take(ANSWER_MAX).read_to_end(&mut answer).await.ok()?;
        let body = answer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
        serde_json::from_slice(&answer[body..]).ok()
    };
    tokio::time::timeout(ANSWERS_WITHIN, asked).await.ok().flatten()
}
