//! All servers of a configuration, and the upstreams that they lead to.

use std::collections::HashMap;
use std::iter;

use super::host::{Listener, bare, listeners};
use super::shared::Shared;
use super::site::Site;
use super::walk::Walk;
use crate::logs::{Line, Told};
use crate::nginx::model::{Action, Block, Config, Kind, Method, Pass, Target};
use crate::pick::nginx::Key;
use crate::route::decision::{Decision, Doubt, To};
use crate::route::expression::{Expression, Groups};
use crate::route::keyed::Keyed;
use crate::route::names::Names;
use crate::route::texts::Texts;
use crate::{Sources, Span};

/// Where a configuration of nginx sends requests.
#[derive(Clone, Debug)]
pub struct NginxRoutes {
    config: Config,
    listeners: Vec<Listener>,
    /// By the servers' places.
    sites: Vec<Site>,
    shared: Shared,
    expressions: HashMap<String, Option<Expression>>,
    /// The passes, by the place of their address.
    passes: HashMap<Span, usize>,
    rules: HashMap<Span, u16>,
    names: Names,
    texts: Texts,
    /// Texts for what a log does not tell, by what it is.
    missing: HashMap<String, u16>,
    which: Doubt,
    by_host: Doubt,
    /// The keys of `hash` that depend on more than the request itself, by pool.
    keys: HashMap<u16, (String, u16)>,
}

impl NginxRoutes {
    /// To these pools: upstreams by their names, servers without one by their addresses.
    pub fn new(config: &Config, sources: &Sources, names: &[String]) -> NginxRoutes {
        let mut texts = Texts::default();
        let which = Doubt {
            rule: texts.rule("several addresses are listened at"),
            missing: texts.missing("the log does not say which of them took the request"),
        };
        let by_host = Doubt {
            rule: texts.rule("several servers listen at one address"),
            missing: texts.missing("the log does not have the host"),
        };
        let mut made = NginxRoutes {
            listeners: listeners(&config.servers),
            sites: config.servers.iter().map(|server| Site::new(server, &mut texts)).collect(),
            shared: Shared::new(config, &mut texts),
            expressions: HashMap::new(),
            passes: config
                .passes
                .iter()
                .enumerate()
                .map(|(at, it)| (it.written.span, at))
                .collect(),
            rules: HashMap::new(),
            names: Names::new(names),
            config: config.clone(),
            missing: HashMap::new(),
            texts,
            which,
            by_host,
            keys: HashMap::new(),
        };
        made.keys(names);
        for server in &config.servers {
            made.block(&server.body, sources);
        }
        for pass in &config.passes {
            made.rule(pass.written.span, sources);
            made.variables(&pass.written.value);
        }
        for text in config.maps.iter().map(|map| &map.source.value) {
            made.variables(text);
        }
        for split in &config.splits {
            made.variables(&split.source.value);
        }
        for entry in config.maps.iter().flat_map(|map| &map.entries) {
            made.variables(&entry.value.value);
        }
        made
    }

    fn keys(&mut self, names: &[String]) {
        for (place, name) in names.iter().enumerate() {
            let upstream = self.config.upstream(Kind::Http, name).map(|it| &it.method.value);
            let Some(Method::Hash { key, .. }) = upstream.cloned() else { continue };
            if Key::follows_rules(&key) {
                self.variables(&key);
                let rule = self.texts.rule(format!("`hash {key}`"));
                self.keys.insert(u16::try_from(place).unwrap_or(u16::MAX), (key, rule));
            }
        }
    }

    fn block(&mut self, block: &Block, sources: &Sources) {
        for span in [block.head, block.index, block.tries.as_ref().map(|(_, span)| *span)] {
            span.into_iter().for_each(|span| self.rule(span, sources));
        }
        if let Some((words, _)) = &block.tries {
            words.iter().for_each(|word| self.variables(word));
        }
        for in_force in iter::once(&block.in_force).chain(block.except.as_ref().map(|it| &it.1)) {
            for page in &in_force.errors {
                self.rule(page.span, sources);
                self.variables(&page.target);
            }
            in_force.access.iter().for_each(|it| self.rule(it.span, sources));
            in_force.gates.iter().for_each(|it| self.rule(it.span, sources));
        }
        if let Some((.., span)) = &block.except {
            self.rule(*span, sources);
        }
        for (name, what) in [
            ("index", "whether the file is there is not in the log"),
            ("try_files", "whether the files are there is not in the log; taken is that none is"),
            ("error_page", "whether the file is there is not in the log; taken is that it is"),
            ("access", "the log does not have the client's address; taken is that it is let in"),
            ("method", "the log does not have the method; taken is that it is let in"),
            (
                "refused",
                "whether it was let in is not in the log; taken is that it was not, by its status",
            ),
            ("gate", "whether it was let in is not in the log; taken is that it was"),
            ("rewrite", "the expression is not imitated"),
            ("if", "the condition is not imitated"),
        ] {
            let place = self.texts.missing(what);
            self.missing.insert(name.to_owned(), place);
        }
        self.actions(&block.actions, sources);
        block.locations.iter().for_each(|inner| self.block(inner, sources));
    }

    fn actions(&mut self, actions: &[Action], sources: &Sources) {
        for action in actions {
            match action {
                Action::Return(_) | Action::Break => {}
                Action::Set(_, value) => self.variables(value),
                Action::Rewrite(pattern, replacement, _, span) => {
                    self.rule(*span, sources);
                    self.variables(replacement);
                    self.expressions.insert(pattern.clone(), Expression::new(pattern, false));
                }
                Action::If(words, then, _, span) => {
                    self.rule(*span, sources);
                    words.iter().for_each(|word| self.variables(word));
                    if let [_, sign, pattern] = words.as_slice()
                        && sign.contains('~')
                    {
                        let no_case = sign.ends_with('*');
                        let key = if no_case { format!("(?i){pattern}") } else { pattern.clone() };
                        let read = Expression::new(pattern, no_case);
                        self.expressions.insert(key, read);
                    }
                    self.actions(then, sources);
                }
            }
        }
    }

    fn rule(&mut self, span: Span, sources: &Sources) {
        // What is inherited is met in every block below.
        if self.rules.contains_key(&span) {
            return;
        }
        let place = sources.place(span);
        let words = sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let told = self.texts.rule(format!("`{words}` ({}:{})", place.file, place.line));
        self.rules.insert(span, told);
    }

    fn variables(&mut self, text: &str) {
        for name in crate::nginx::syntax::variables(text) {
            let told = self.texts.missing(format!("`${name}` cannot be known from the log"));
            self.missing.insert(name.to_ascii_lowercase(), told);
        }
    }

    /// Where a request goes.
    pub fn decide(&self, line: &Line<'_>) -> Decision<'static> {
        let all = self.ways(line).map(|(way, by_host)| way.with(by_host));
        Decision::among(all, self.which).unwrap_or(Decision::to(To::Elsewhere))
    }

    /// What is hashed of a request that goes to a pool.
    pub fn key(&self, line: &Line<'_>, pool: u16) -> Keyed {
        let Some((key, rule)) = self.keys.get(&pool) else { return Keyed::default() };
        let mut found: Option<Result<Vec<u8>, u16>> = None;
        let mut is_one = true;
        for listener in &self.listeners {
            let server = self.server(listener, line);
            self.at(server, listener, line, |walk, to| {
                if to == To::Pool(pool) {
                    let text = walk.text(key);
                    is_one &= found.as_ref().is_none_or(|known| *known == text);
                    found.get_or_insert(text);
                }
            });
        }
        match found {
            None => Keyed::default(),
            Some(Ok(key)) => Keyed { key: Some(key), doubt: (!is_one).then_some(self.which) },
            Some(Err(missing)) => Keyed { key: None, doubt: Some(Doubt { rule: *rule, missing }) },
        }
    }

    fn ways<'s>(
        &'s self,
        line: &'s Line<'_>,
    ) -> impl Iterator<Item = (Decision<'static>, Option<Doubt>)> + 's {
        self.listeners.iter().map(move |listener| {
            let is_open = line.told_header(b"host") == Told::Untold && !listener.is_one();
            let way = self.at(self.server(listener, line), listener, line, |_, _| {});
            (way, is_open.then_some(self.by_host))
        })
    }

    fn server(&self, listener: &Listener, line: &Line<'_>) -> usize {
        match line.told_header(b"host") {
            Told::Value(host) => listener.server(&bare(host)),
            Told::Absent => listener.server(""),
            Told::Untold => listener.default(),
        }
    }

    /// `then` is told where the request is when it goes to a pool, and to which.
    fn at(
        &self,
        server: usize,
        listener: &Listener,
        line: &Line<'_>,
        then: impl FnOnce(&mut Walk<'_>, To),
    ) -> Decision<'static> {
        let Some(site) = self.sites.get(server) else { return Decision::to(To::Elsewhere) };
        let told = |name: &str| self.missing.get(name).copied().unwrap_or(u16::MAX);
        // The path is read before the host is known.
        let first = self.sites.get(listener.default()).unwrap_or(site);
        let mut walk = Walk {
            line,
            shared: &self.shared,
            expressions: &self.expressions,
            rules: &self.rules,
            told: &told,
            server_name: &site.name,
            is_tls: site.is_tls,
            port: listener.port(),
            merges_slashes: first.merges_slashes,
            path: Vec::new(),
            query: Vec::new(),
            set: HashMap::new(),
            groups: Groups::default(),
            is_internal: false,
            is_get: false,
            has_failed: false,
            doubt: None,
        };
        let pass = walk.pass(site).and_then(|span| self.passes.get(&span));
        let to = match pass.and_then(|at| self.config.passes.get(*at)) {
            None => To::Answered,
            Some(pass) => match self.end(pass, &mut walk) {
                Ok(to) => to,
                Err(missing) => {
                    let rule = self.rules.get(&pass.written.span).copied().unwrap_or(u16::MAX);
                    let to = pass.ends.first().map_or(To::Elsewhere, |end| self.to(&end.target));
                    return Decision::to(to).with(Some(Doubt { rule, missing }));
                }
            },
        };
        then(&mut walk, to);
        Decision::to(to).with(walk.doubt)
    }

    fn end(&self, pass: &Pass, walk: &mut Walk<'_>) -> Result<To, u16> {
        if pass.kind != Kind::Http {
            return Ok(To::Elsewhere);
        }
        if let [end] = pass.ends.as_slice()
            && end.over.is_empty()
            && !pass.more
            && !matches!(end.target, Target::Unknown(_))
        {
            return Ok(self.to(&end.target));
        }
        let text = walk.text(&pass.written.value)?;
        let text = String::from_utf8_lossy(&text);
        Ok(self.to(&self.config.target(pass, &text)))
    }

    fn to(&self, target: &Target) -> To {
        match target {
            Target::Upstream(at) => match self.config.upstreams.get(*at) {
                Some(upstream) => self.names.to(&upstream.name.value),
                None => To::Elsewhere,
            },
            Target::Address(address) => self.names.to(&address.to_string()),
            Target::Unknown(_) => To::Elsewhere,
        }
    }

    /// What a doubt is about.
    pub fn told(&self, doubt: Doubt) -> String {
        self.texts.told(doubt)
    }
}
