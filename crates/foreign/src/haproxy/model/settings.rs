//! What a proxy can inherit from `defaults`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::balance::Algorithm;
use super::check::{CheckRule, Checks};
use super::cookie::Cookie;
use super::hash::HashType;
use super::kind::{Mode, ProxyKind};
use super::options::{OptionSetting, Options};
use super::server::ServerSettings;
use crate::haproxy::syntax::Text;
use crate::placed::Placed;

/// The settings of a proxy, its own and inherited ones. A value's line may be one of `defaults`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What it speaks; TCP where nothing is said.
    pub mode: Option<Placed<Mode>>,
    /// How servers are chosen.
    pub balance: Option<Placed<Algorithm>>,
    /// How a hash becomes a server.
    pub hash_type: Option<Placed<HashType>>,
    /// The most that a server may have, in percent of the average; 0: any number.
    pub hash_balance_factor: Option<Placed<u64>>,
    /// Whether a hash keeps its server when that is full: `always`, `maxconn` or `maxqueue`.
    pub hash_preserve_affinity: Option<Placed<Text>>,
    /// The cookie that keeps clients at their server.
    pub cookie: Option<Placed<Cookie>>,
    /// What dynamic cookies are computed with.
    pub dynamic_cookie_key: Option<Placed<Text>>,
    /// The cookie of RDP that keeps clients at their server.
    pub persist_rdp_cookie: Option<Placed<Text>>,
    /// Attempts to connect after the first.
    pub retries: Option<Placed<u64>>,
    /// What is tried again.
    pub retry_on: Option<Placed<Arc<[Text]>>>,
    /// Connections of clients at once.
    pub maxconn: Option<Placed<u64>>,
    /// So many connections of a backend let its servers reach their `maxconn`.
    pub fullconn: Option<Placed<u64>>,
    /// Connections that wait to be accepted.
    pub backlog: Option<Placed<u64>>,
    /// Which connections to servers are used again.
    pub http_reuse: Option<Placed<HttpReuse>>,
    /// The backend of what no rule sends elsewhere.
    pub default_backend: Option<Placed<Text>>,
    /// What monitors ask for.
    pub monitor_uri: Option<Placed<Text>>,
    /// Where its statistics are, where it has any.
    pub stats_uri: Option<Placed<Text>>,
    /// Whether the proxy is switched off.
    pub disabled: Option<Placed<bool>>,
    /// What is said of every server below.
    pub default_server: ServerSettings,
    pub(super) options: Options,
    pub(super) timeouts: BTreeMap<&'static str, Placed<u64>>,
    pub(super) email_alerts: BTreeMap<&'static str, Placed<Text>>,
    pub(super) external_check: BTreeMap<&'static str, Placed<Text>>,
    pub(super) checks: Checks,
}

/// Which connections to servers are used again for other clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpReuse {
    /// None.
    Never,
    /// For requests behind the first one.
    Safe,
    /// Those that have been used again before.
    Aggressive,
    /// All.
    Always,
}

impl Settings {
    /// What was said last of an option, be it on or off.
    pub fn option(&self, name: &str) -> Option<&Placed<OptionSetting>> {
        self.options.get(name)
    }

    /// Whether an option is on.
    pub fn has_option(&self, name: &str) -> bool {
        self.option(name).is_some_and(|said| said.value.is_on)
    }

    /// All that is said of options, by name.
    pub fn options(&self) -> impl Iterator<Item = (&'static str, &Placed<OptionSetting>)> {
        self.options.iter().map(|(name, said)| (*name, said))
    }

    /// A timeout in milliseconds, by its name: `client`, `http-keep-alive`, … Zero is none.
    pub fn timeout_ms(&self, name: &str) -> Option<Placed<u64>> {
        self.timeouts.get(name).copied()
    }

    /// `from`, `to`, `mailers`, `level` or `myhostname` of `email-alert`.
    pub fn email_alert(&self, name: &str) -> Option<&Placed<Text>> {
        self.email_alerts.get(name)
    }

    /// `command` or `path` of `external-check`.
    pub fn external_check(&self, name: &str) -> Option<&Placed<Text>> {
        self.external_check.get(name)
    }

    /// The steps of `http-check` and `tcp-check`.
    pub fn check_rules(&self) -> &[Placed<CheckRule>] {
        &self.checks.rules
    }

    /// The number behind `option redispatch`: after so many attempts another server is tried;
    /// counted from the last one if negative. `None`: never.
    pub fn redispatch(&self) -> Option<i64> {
        let said = self.option("redispatch").filter(|said| said.value.is_on)?;
        let argument = said.value.arguments.first();
        let number = argument.map_or(-1, |text| super::values::integer(text).value);
        (number != 0).then_some(number)
    }

    /// What a proxy of a kind starts from, below these `defaults`.
    pub(super) fn inherited(&self, kind: ProxyKind) -> Settings {
        let mut settings = self.clone();
        settings.checks = self.checks.inherited();
        if !kind.has_frontend() {
            settings.drop_frontend();
        }
        if !kind.has_backend() {
            settings.drop_backend();
        }
        settings
    }

    fn drop_frontend(&mut self) {
        (self.maxconn, self.backlog, self.default_backend) = (None, None, None);
        self.monitor_uri = None;
        self.timeouts.retain(|name, _| !matches!(*name, "client" | "client-fin" | "client-hs"));
    }

    fn drop_backend(&mut self) {
        (self.balance, self.hash_type, self.hash_balance_factor) = (None, None, None);
        self.hash_preserve_affinity = None;
        (self.cookie, self.dynamic_cookie_key, self.persist_rdp_cookie) = (None, None, None);
        (self.retries, self.retry_on, self.fullconn) = (None, None, None);
        self.http_reuse = None;
        self.default_server = ServerSettings::default();
        self.checks = Checks::default();
        let backends = ["server", "server-fin", "connect", "check", "queue", "tunnel"];
        self.timeouts.retain(|name, _| !backends.contains(name));
    }
}
