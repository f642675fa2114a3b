//! Requests that differ in all that rules ask for, and the log of them.

use std::fmt::Write;

use balance::Rng;
use serde_json::json;

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) method: &'static str,
    pub(super) host: String,
    pub(super) target: String,
    /// The last octet of the address it comes from.
    pub(super) source: u8,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// What requests are drawn from.
pub(super) struct Draw {
    pub(super) hosts: &'static [&'static str],
    pub(super) targets: &'static [&'static str],
    /// Headers and their values; a request may have none of a name.
    pub(super) headers: &'static [(&'static str, &'static [&'static str])],
}

const METHODS: [&str; 4] = ["GET", "GET", "POST", "DELETE"];
/// Requests of a configuration.
pub(super) const REQUESTS: usize = 600;

impl Draw {
    /// The requests of a seed.
    pub(super) fn requests(&self, seed: u64) -> Vec<Sent> {
        let mut rng = Rng::new(seed);
        let mut all = Vec::new();
        for number in 0..REQUESTS {
            let mut headers = vec![("x-user", format!("u{}", rng.below(97)))];
            for (name, values) in self.headers {
                let at = rng.below(values.len() + 1);
                headers.extend(values.get(at).map(|value| (*name, (*value).to_owned())));
            }
            let target = self.targets[rng.below(self.targets.len())];
            all.push(Sent {
                method: METHODS[rng.below(METHODS.len())],
                host: self.hosts[rng.below(self.hosts.len())].to_owned(),
                target: target.replace('#', &number.to_string()),
                source: u8::try_from(1 + rng.below(9)).expect("an octet"),
                headers,
            });
        }
        all
    }
}

/// A log of requests and of their statuses, with all headers that any of them may have.
pub(super) fn log(sent: &[Sent], statuses: &[u16], draw: &Draw) -> String {
    let mut text = String::new();
    for (number, (sent, status)) in sent.iter().zip(statuses).enumerate() {
        let mut headers = serde_json::Map::new();
        for name in draw.headers.iter().map(|(name, _)| *name).chain(["x-user"]) {
            let value = sent.headers.iter().find(|(known, _)| *known == name);
            headers.insert(name.to_owned(), json!(value.map_or("", |(_, value)| value)));
        }
        let line = json!({
            "time": format!("2026-01-01T00:{:02}:{:02}Z", number / 60, number % 60),
            "client_ip": format!("127.0.0.{}", sent.source),
            "method": sent.method,
            "http_host": sent.host,
            "request_uri": sent.target,
            "status": status,
            "headers": headers,
        });
        writeln!(text, "{line}").expect("a string");
    }
    text
}
