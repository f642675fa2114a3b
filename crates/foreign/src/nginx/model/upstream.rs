//! An upstream: its servers, its method, and what it shares between workers.

use super::config::{Kind, Problems};
use super::method::{Method, Sticky};
use super::peer::Peer;
use super::units::{bytes, millis, number, seconds};
use crate::nginx::syntax::{Directive, shape};
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// A group of servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its name.
    pub name: Placed<String>,
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// From `upstream` to its `}`.
    pub span: Span,
    /// How a server is chosen: what the last directive of that kind says.
    pub method: Setting<Method>,
    /// Directives that took away what an earlier one had set. nginx warns of them and goes on.
    pub redefined: Vec<Placed<Redefined>>,
    /// What keeps sessions on their servers.
    pub sticky: Option<Placed<Sticky>>,
    /// Memory that the workers share. Without it each counts for itself.
    pub zone: Option<Placed<Zone>>,
    /// Idle connections that each worker keeps.
    pub keepalive: Option<Placed<u64>>,
    /// Requests after which a kept connection is closed.
    pub keepalive_requests: Setting<u64>,
    /// Milliseconds after which a kept connection is closed when it is idle.
    pub keepalive_timeout_ms: Setting<u64>,
    /// Its servers, in the file's order.
    pub peers: Vec<Peer>,
    /// Who looks its servers' names up while running.
    pub resolver: Option<Placed<Resolver>>,
    /// Known directives of which nothing is said here.
    pub other: Vec<Placed<String>>,
}

/// What a method's directive took away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redefined {
    /// Another method.
    Method,
    /// `keepalive`, which has to stand behind the method.
    Keepalive,
}

/// Memory that workers share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// Bytes; absent where an upstream before has the same zone.
    pub bytes: Option<u64>,
}

/// Who is asked for addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// Name servers, as written.
    pub addresses: Vec<String>,
    /// Seconds for which an answer is used, whatever it says itself.
    pub valid_s: Option<u64>,
}

impl Resolver {
    pub(super) fn read(directive: &Directive) -> Placed<Resolver> {
        let words = directive.args.iter().map(|word| word.text.as_str());
        let (parameters, addresses): (Vec<_>, Vec<_>) = words.partition(|word| word.contains('='));
        let valid = parameters.iter().find_map(|word| word.strip_prefix("valid="));
        let resolver = Resolver {
            // Each server has a list of its own.
            addresses: addresses.into_iter().take(64).map(str::to_owned).collect(),
            valid_s: valid.and_then(seconds),
        };
        Placed::new(resolver, directive.head())
    }
}

impl Upstream {
    pub(super) fn new(directive: &Directive, kind: Kind) -> Upstream {
        let name = directive.args.first().unwrap_or(&directive.name);
        Upstream {
            name: Placed::new(name.text.clone(), name.span),
            kind,
            span: directive.span,
            method: Setting::default(Method::RoundRobin),
            redefined: Vec::new(),
            sticky: None,
            zone: None,
            keepalive: None,
            keepalive_requests: Setting::default(1000),
            keepalive_timeout_ms: Setting::default(60_000),
            peers: Vec::new(),
            resolver: None,
            other: Vec::new(),
        }
    }

    /// Reads the directives of its block; those that nobody knows are given back.
    pub(super) fn read(
        directive: &Directive,
        inner: &[&Directive],
        kind: Kind,
        problems: &mut Problems,
    ) -> (Upstream, Vec<Placed<String>>) {
        let mut upstream = Upstream::new(directive, kind);
        let mut unknown = Vec::new();
        for directive in inner {
            let name = Placed::new(directive.name.text.clone(), directive.head());
            match shape(&name.value) {
                None => unknown.push(name),
                Some(_) => upstream.directive(directive, problems),
            }
        }
        (upstream, unknown)
    }

    fn directive(&mut self, directive: &Directive, problems: &mut Problems) {
        if let Some(method) = Method::read(directive) {
            return self.take(Placed::new(method, directive.head()));
        }
        let span = directive.head();
        let first = directive.args.first();
        let text = directive.arg(0).unwrap_or("");
        match (directive.name.text.as_str(), first) {
            ("server", Some(_)) => self.peers.extend(Peer::read(directive, self.kind, problems)),
            ("sticky", _) => self.sticky = Some(Placed::new(Sticky::read(directive), span)),
            ("zone", Some(_)) => {
                let size = directive.arg(1).and_then(bytes);
                let zone = Zone { name: text.to_owned(), bytes: size };
                self.zone = Some(Placed::new(zone, span));
            }
            ("keepalive", Some(word)) => {
                let mut count = Setting::default(0);
                problems.set(&mut count, number(text), word, "a number of connections");
                self.keepalive = Some(Placed::new(count.value, span));
            }
            ("keepalive_requests", Some(word)) => {
                let expected = "a number of requests";
                problems.set(&mut self.keepalive_requests, number(text), word, expected);
            }
            ("keepalive_timeout", Some(word)) => {
                problems.set(&mut self.keepalive_timeout_ms, millis(text), word, "a time");
            }
            ("resolver", _) => self.resolver = Some(Resolver::read(directive)),
            (name, _) => self.other.push(Placed::new(name.to_owned(), span)),
        }
    }

    /// The last method wins. Set behind `keepalive`, it takes that away as well.
    fn take(&mut self, method: Placed<Method>) {
        if self.keepalive.take().is_some() {
            self.redefined.push(Placed::new(Redefined::Keepalive, method.span));
        } else if !self.method.is_default() {
            self.redefined.push(Placed::new(Redefined::Method, method.span));
        }
        self.method = method.into();
    }
}
