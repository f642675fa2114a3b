//! Talks to the admin listener of a running `evenkeel serve`.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use ledger::alarm::AlarmsStatus;
use ledger::{AuditStatus, DiagnosisRecord, Event, Status};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::output;

/// Exit code when the admin listener gave no usable answer.
const EXIT_UNREACHABLE: u8 = 2;

const STATUS_TIMEOUT: Duration = Duration::from_secs(5);

/// Longer than the listener itself gives a reload.
const RELOAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Ten thousand endpoints and more; anything longer is not a status.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Where the running process is asked.
#[derive(clap::Args, Debug)]
pub(crate) struct Admin {
    /// Address of the admin listener, as `[server] admin` says it: HOST:PORT.
    #[arg(long = "admin", value_name = "ADDR", default_value = "127.0.0.1:9900",
          global = true, value_parser = address)]
    address: String,
}

/// Why there is no usable answer.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    detail: String,
    hint: &'static str,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  detail: {}\n  hint: {}", self.message, self.detail, self.hint)
    }
}

impl Failure {
    /// Tells the user, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        output::complain(self);
        ExitCode::from(EXIT_UNREACHABLE)
    }

    /// The failure in one line.
    pub(crate) fn line(&self) -> String {
        format!("{} ({})", self.message, self.detail)
    }
}

/// What the listener answers to an order.
#[derive(Deserialize)]
struct Reloaded {
    ok: bool,
    #[serde(default)]
    message: String,
    #[serde(default)]
    error: String,
}

impl Admin {
    /// The state of the process now.
    pub(crate) fn status(&self) -> Result<Status, Failure> {
        self.ask("status", &[])
    }

    /// What happened since a moment, seconds since the Unix epoch.
    pub(crate) fn events(&self, since: u64) -> Result<Vec<Event>, Failure> {
        self.ask("events", &[("since", &since.to_string())])
    }

    /// The alarms, silences and receivers.
    pub(crate) fn alarms(&self) -> Result<AlarmsStatus, Failure> {
        self.ask("alarms", &[])
    }

    /// What audits found.
    pub(crate) fn audits(&self) -> Result<AuditStatus, Failure> {
        self.ask("audits", &[])
    }

    /// What is probably the matter with every pool, or with one, now or at a moment (seconds
    /// since the Unix epoch).
    pub(crate) fn diagnoses(
        &self,
        pool: Option<&str>,
        at_s: Option<u64>,
    ) -> Result<Vec<DiagnosisRecord>, Failure> {
        let at = at_s.map(|at_s| at_s.to_string());
        let pairs = [("pool", pool), ("at", at.as_deref())];
        let given: Vec<(&str, &str)> =
            pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        self.ask("diagnosis", &given)
    }

    /// Has the configuration read again: what changed, or why it was refused.
    pub(crate) fn reload(&self, by: &str) -> Result<Result<String, String>, Failure> {
        let request = agent(RELOAD_TIMEOUT).post(self.url("reload")).header("X-Evenkeel", "1");
        self.done(request.query_pairs([("by", by)]).send_empty())
    }

    /// Has something done: what came of it, or why it was refused.
    pub(crate) fn order(
        &self,
        name: &str,
        order: &impl Serialize,
    ) -> Result<Result<String, String>, Failure> {
        let body = serde_json::to_string(order).unwrap_or_default();
        let request = agent(STATUS_TIMEOUT).post(self.url(name)).header("X-Evenkeel", "1");
        self.done(request.header("content-type", "application/json").send(body))
    }

    /// Something that the listener shows.
    fn ask<T: DeserializeOwned>(&self, name: &str, query: &[(&str, &str)]) -> Result<T, Failure> {
        let request = agent(STATUS_TIMEOUT).get(self.url(name));
        let (code, body) = self.read(request.query_pairs(query.iter().copied()).call())?;
        if code != 200 {
            return Err(self.strange(&format!("it answered {code}: {}", excerpt(&body))));
        }
        serde_json::from_str(&body).map_err(|error| {
            self.strange(&format!("its {name} cannot be read: {error}: {}", excerpt(&body)))
        })
    }

    fn done(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Result<String, String>, Failure> {
        let (code, body) = self.read(answer)?;
        match (code, serde_json::from_str::<Reloaded>(&body)) {
            (200, Ok(answer)) if answer.ok => Ok(Ok(answer.message)),
            (400..=599, Ok(answer)) if !answer.ok => Ok(Err(answer.error)),
            _ => Err(self.strange(&format!("it answered {code}: {}", excerpt(&body)))),
        }
    }

    fn url(&self, name: &str) -> String {
        format!("http://{}/v1/{name}", self.address)
    }

    fn read(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<(u16, String), Failure> {
        let mut answer = answer.map_err(|error| self.unreachable(&error))?;
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        Ok((answer.status().as_u16(), body.map_err(|error| self.unreachable(&error))?))
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        if let ureq::Error::Timeout(_) = error {
            return Failure {
                message: format!("the admin listener at {} does not answer", self.address),
                detail: "no answer in time".to_owned(),
                hint: "is it the right address, and is the process stopped or the machine \
                       overloaded?",
            };
        }
        Failure {
            message: format!("the admin listener at {} cannot be reached", self.address),
            detail: error.to_string(),
            hint: "is `evenkeel serve` running? Give its `[server] admin` address with --admin",
        }
    }

    fn strange(&self, detail: &str) -> Failure {
        Failure {
            message: format!("{} does not answer like an admin listener", self.address),
            detail: detail.to_owned(),
            hint: "give the `[server] admin` address of an `evenkeel serve` of this version \
                   with --admin",
        }
    }
}

/// Tells the user what came of an order, and gives the exit code.
pub(crate) fn outcome(answer: Result<Result<String, String>, Failure>) -> ExitCode {
    match answer {
        Ok(Ok(message)) => output::print(&format!("{}\n", message.trim_end())),
        Ok(Err(why)) => {
            output::say(format_args!("{}\n", why.trim_end()));
            ExitCode::from(1)
        }
        Err(failure) => failure.report(),
    }
}

/// An address as people write it, as host and port.
fn address(text: &str) -> Result<String, String> {
    if text.starts_with("https://") {
        return Err("the admin listener speaks HTTP without TLS: write HOST:PORT".to_owned());
    }
    let plain = text.strip_prefix("http://").unwrap_or(text);
    let plain = plain.strip_suffix('/').unwrap_or(plain);
    if let Ok(port) = plain.parse::<u16>() {
        return Err(format!("a port needs a host: did you mean 127.0.0.1:{port}?"));
    }
    let example = "write HOST:PORT, e.g. 127.0.0.1:9900 or [::1]:9900";
    let Some((host, port)) = plain.rsplit_once(':') else {
        return Err(format!("the port is missing: did you mean {plain}:9900?"));
    };
    if !port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Err(format!("`{port}` is not a port from 1 to 65535: {example}"));
    }
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let known = match inner {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || "-._".contains(c)),
    };
    if known { Ok(plain.to_owned()) } else { Err(format!("`{host}` is not a host: {example}")) }
}

// The environment's proxy is for the outside world, and the admin listener never sends a client
// elsewhere: followed, either could have a reload done by a stranger.
pub(crate) fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into()
}

/// The first line of what came instead, short enough for a message.
fn excerpt(body: &str) -> String {
    let line = body.lines().next().unwrap_or_default();
    let text: String = line.chars().filter(|char| !char.is_control()).take(120).collect();
    if text.is_empty() { "(nothing)".to_owned() } else { text }
}

#[cfg(test)]
mod tests;
