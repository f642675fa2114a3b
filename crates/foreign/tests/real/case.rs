//! One configuration, its imitation, and the requests that both get.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use foreign::pick::{Change, Outcome, Picker, Request, Server, State};

use crate::client::Client;
use crate::evidence::Method;

/// Requests of a case.
pub(crate) const REQUESTS: usize = 2000;
/// Requests that are sent at once over one connection; balancers answer them one by one.
const BATCH: usize = 50;
/// A case takes less time than anything that depends on time.
const NOW_S: f64 = 1e6;

/// A request, as it is sent and as it is predicted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// The client's own address.
    pub(crate) from: Option<Ipv4Addr>,
    /// An address that a header names, and that the balancer is told to believe.
    pub(crate) named: Option<IpAddr>,
    pub(crate) uri: String,
    pub(crate) headers: Vec<(String, String)>,
    /// What is changed before it.
    pub(crate) change: Option<(usize, Change)>,
}

pub(crate) struct Case {
    /// The backend's name, and what the tests say of it when they fail.
    pub(crate) name: String,
    pub(crate) method: Method,
    pub(crate) servers: Vec<Server>,
    /// What its section holds beside the servers.
    pub(crate) lines: Vec<String>,
    pub(crate) picker: Box<dyn Picker>,
    pub(crate) sent: Vec<Sent>,
    /// Servers that nobody listens at.
    pub(crate) dead: Vec<usize>,
}

impl Sent {
    /// The header lines that go out: its own, the address that is named, the case's name.
    fn lines(&self, case: &str) -> Vec<(String, String)> {
        let mut lines = self.headers.clone();
        for name in ["x-src", "x-forwarded-for"] {
            lines.extend(self.named.map(|address| (name.to_owned(), address.to_string())));
        }
        // The last one: `hdr() use_domain_only` reads a byte behind the value, and with this name
        // behind all others it is known.
        lines.push(("x-case".to_owned(), case.to_owned()));
        lines
    }

    pub(crate) fn predict(&self, picker: &mut dyn Picker, state: &State<'_>) -> Option<usize> {
        self.predict_at(NOW_S, picker, state)
    }

    /// As long as the predicted server is dead, the balancer tries another one.
    fn predict_among(&self, picker: &mut dyn Picker, dead: &[usize]) -> Option<usize> {
        let mut tried = Vec::new();
        loop {
            let state = State { in_flight: &[], tried: &tried };
            let server = self.predict_at(NOW_S, picker, &state)?;
            if !dead.contains(&server) {
                picker.finish(server, Outcome::Answered, NOW_S);
                return Some(server);
            }
            picker.finish(server, Outcome::Failed, NOW_S);
            tried.push(server);
        }
    }

    pub(crate) fn predict_at(
        &self,
        at_s: f64,
        picker: &mut dyn Picker,
        state: &State<'_>,
    ) -> Option<usize> {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let source = self.named.or(self.from.map(IpAddr::V4)).or(Some([127, 0, 0, 1].into()));
        let request =
            Request { source, uri: &self.uri, headers: &headers, at_s, ..Request::default() };
        picker.pick(&request, state)
    }

    pub(crate) fn add(&self, client: &mut Client, case: &str, more: Option<(String, String)>) {
        let mut lines = self.lines(case);
        lines.extend(more);
        client.add(&self.uri, &lines);
    }
}

impl Case {
    /// Sends all requests one after the other, and holds each answer against the prediction.
    /// `apply` brings a change about.
    pub(crate) fn run(mut self, address: SocketAddr, apply: &dyn Fn(&str, usize, Change)) {
        let mut at = 0;
        let mut client = Client::connect(address, None);
        while at < self.sent.len() {
            if let Some((server, change)) = self.sent[at].change {
                apply(&self.name, server, change);
                self.picker.settle(&State::default());
                self.picker.change(server, change);
            }
            let from = self.sent[at].from;
            if from.is_some() {
                client = Client::connect(address, from);
            }
            let joins = |sent: &&Sent| sent.from == from && sent.change.is_none();
            let more = self.sent[at + 1..].iter().take(BATCH - 1).take_while(joins).count();
            for sent in &self.sent[at..=at + more] {
                sent.add(&mut client, &self.name, None);
            }
            client.send();
            for index in at..=at + more {
                let found = client.begin();
                client.finish();
                self.hold(index, found);
            }
            at += more + 1;
        }
        self.method.tell_agreed(self.servers.len(), self.sent.len(), self.sent.len());
    }

    fn hold(&mut self, index: usize, found: usize) {
        let sent = &self.sent[index];
        let predicted = sent.predict_among(self.picker.as_mut(), &self.dead);
        if Some(found) != predicted {
            self.method.tell_agreed(self.servers.len(), index + 1, index);
            let changes = self.sent[..=index].iter().enumerate();
            let changes = changes.filter_map(|(at, sent)| Some((at, sent.change?)));
            let changes: Vec<_> = changes.collect();
            let told = self.told();
            panic!("{told}\n{changes:?}\n{index}: {sent:?}: {found}, not {predicted:?}");
        }
    }

    /// The configuration in few lines.
    pub(crate) fn told(&self) -> String {
        let mut text = format!("{}: {}", self.name, self.lines.join("; "));
        for server in &self.servers {
            let Server { name, id, weight, up, backup, in_flight_max, cookie, .. } = server;
            let _ = write!(
                text,
                "\n  {name} id {id} weight {weight} up {up} backup {backup} max {in_flight_max} \
                 {cookie:?}"
            );
        }
        text
    }
}
