//! Proxies: `defaults`, `frontend`, `backend` and `listen`.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::Bind;
use super::cookie::Cookie;
use super::kind::{Mode, ProxyKind};
use super::rules::{Acl, PersistRule, Rule, UseBackend, UseServer};
use super::server::{Server, ServerSettings};
use super::settings::Settings;
use super::stick::{StickRule, StickTable};
use crate::Span;
use crate::haproxy::syntax::Text;
use crate::placed::Placed;

/// A proxy, or the `defaults` of some.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// What it is.
    pub kind: ProxyKind,
    /// Its name; `defaults` may have none.
    pub name: Text,
    /// The line that begins it.
    pub span: Span,
    /// Where its section is in [`super::Config::sections`].
    pub section: usize,
    /// Where the `defaults` that it starts from are in [`super::Config::proxies`].
    pub defaults: Option<usize>,
    /// Its settings, inherited ones included.
    pub settings: Settings,
    /// Where it listens.
    pub binds: Vec<Bind>,
    /// Its servers, in order; those of templates included.
    pub servers: Vec<Server>,
    /// Its tests.
    pub acls: Vec<Acl>,
    /// Who goes where, in order.
    pub use_backends: Vec<UseBackend>,
    /// Which requests go to which server, in order.
    pub use_servers: Vec<UseServer>,
    /// Its table.
    pub stick_table: Option<Placed<StickTable>>,
    /// What is kept in tables and looked up, in order.
    pub stick_rules: Vec<StickRule>,
    /// When servers that are down keep their clients, and when cookies do not count.
    pub persist_rules: Vec<PersistRule>,
    /// `http-request`, `tcp-request`, `redirect` and their like, in order. Those of its `defaults`
    /// come before them, and are not here: see [`super::Config::rules`].
    pub rules: Vec<Rule>,
    /// `filter`, in order.
    pub filters: Vec<Rule>,
    /// What `default-server name …` says. It is not inherited.
    pub(super) named_servers: BTreeMap<Text, ServerSettings>,
    /// Names that servers have already.
    pub(super) server_names: BTreeSet<Text>,
}

impl Proxy {
    pub(super) fn new(kind: ProxyKind, name: Text, span: Span, section: usize) -> Proxy {
        Proxy {
            kind,
            name,
            span,
            section,
            defaults: None,
            settings: Settings::default(),
            binds: Vec::new(),
            servers: Vec::new(),
            acls: Vec::new(),
            use_backends: Vec::new(),
            use_servers: Vec::new(),
            stick_table: None,
            stick_rules: Vec::new(),
            persist_rules: Vec::new(),
            rules: Vec::new(),
            filters: Vec::new(),
            named_servers: BTreeMap::new(),
            server_names: BTreeSet::new(),
        }
    }

    /// A server by its name.
    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.name.as_ref() == name)
    }

    /// The cookie that keeps clients at their server; elsewhere than in HTTP, none does.
    pub fn cookie(&self) -> Option<&Placed<Cookie>> {
        self.settings.cookie.as_ref().filter(|_| self.mode() == Mode::Http)
    }

    /// The numbers of its servers: those that are given, and for all others the next free ones.
    pub fn server_ids(&self) -> Vec<u32> {
        let given = |server: &Server| u32::try_from(server.settings.id?.value).ok();
        let mut used: BTreeSet<u32> = self.servers.iter().filter_map(given).collect();
        let mut next = 1_u32;
        let mut ids = Vec::new();
        for server in &self.servers {
            let id = given(server).unwrap_or_else(|| {
                while !used.insert(next) {
                    next = next.saturating_add(1);
                }
                next
            });
            // Those that have a number of their own count as well.
            next = next.saturating_add(1);
            ids.push(id);
        }
        ids
    }

    /// What it speaks.
    pub fn mode(&self) -> Mode {
        self.settings.mode.map_or(Mode::Tcp, |mode| mode.value)
    }
}
