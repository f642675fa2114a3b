//! From lines to sections and proxies.

use std::collections::BTreeMap;

use super::args::Args;
use super::config::{Config, Section, Statement};
use super::kind::ProxyKind;
use super::modifier::Modifier;
use super::peers::Peers;
use super::proxy::Proxy;
use super::rules::{LETTERS, refused_letter};
use super::template::SERVERS_MAX;
use super::{global, known, proxy_line};
use crate::haproxy::section::SectionKind;
use crate::haproxy::syntax::{Doubt, Environment, Line, Liveness, Remarks, Text, Word};
use crate::{Span, SyntaxError};

/// Proxies that are read: each takes some kilobytes, however short it is.
const PROXIES_MAX: usize = 1 << 14;

/// A configuration while it is made from lines.
pub(super) struct Build<'b, 'e> {
    config: &'b mut Config,
    environment: &'b Environment<'e>,
    remarks: &'b mut Remarks,
    /// The last `defaults`, which the next proxy starts from.
    last_defaults: Option<usize>,
    /// The `defaults` with a name.
    named_defaults: BTreeMap<Text, usize>,
    /// Names of frontends and of backends.
    names: BTreeMap<(Text, bool), Span>,
    /// How many servers may still be read.
    servers_left: u32,
}

impl<'b, 'e> Build<'b, 'e> {
    pub(super) fn new(
        config: &'b mut Config,
        environment: &'b Environment<'e>,
        remarks: &'b mut Remarks,
    ) -> Build<'b, 'e> {
        Build {
            config,
            environment,
            remarks,
            last_defaults: None,
            named_defaults: BTreeMap::new(),
            names: BTreeMap::new(),
            servers_left: SERVERS_MAX,
        }
    }

    /// Takes the lines of a file in.
    pub(super) fn lines(&mut self, lines: &[Line]) {
        // A section does not go on in the next file.
        let mut has_section = false;
        for (at, line) in lines.iter().enumerate() {
            if !matches!(line.liveness, Liveness::Live | Liveness::Doubtful) {
                continue;
            }
            let words = line.arguments();
            let Some(first) = words.first() else { continue };
            if self.config.proxies.len() > PROXIES_MAX {
                self.remarks.fail_last(SyntaxError::new(line.said(), "more proxies than are read"));
                return;
            }
            let rest = lines.get(at + 1..).unwrap_or_default();
            match SectionKind::of(&first.text) {
                Some(kind) => self.begin(kind, words, line),
                None if self.is_unknown_section(has_section, line, rest) => {
                    let what = format!("section `{}` is not known here", first.text);
                    self.remarks.tell(line.said(), Doubt::UnknownSection, what);
                    self.begin(SectionKind::Unknown, words, line);
                }
                None if has_section => self.statement(words, line),
                None => {
                    let error = SyntaxError::new(line.said(), "a line before any section");
                    self.remarks.fail(error.expected("`global`, `defaults`, `frontend`, …"));
                    continue;
                }
            }
            has_section = true;
        }
    }

    /// Whether a line looks as if it began a section that is not known: it is not indented, and
    /// the next one is.
    fn is_unknown_section(&self, has_section: bool, line: &Line, rest: &[Line]) -> bool {
        let words = line.arguments();
        let keyword = words.first().map_or("", |word| word.text.as_ref());
        let says_something = |line: &&Line| !line.words.is_empty();
        let next = rest.iter().take(64).find(says_something);
        let looks_so = line.is_unindented()
            && words.len() <= 4
            && next.is_some_and(|next| !next.is_unindented());
        let kind = self.config.sections.last().map(|section| section.kind);
        let may_be = !has_section
            || matches!(
                kind,
                Some(
                    SectionKind::Global
                        | SectionKind::Defaults
                        | SectionKind::Frontend
                        | SectionKind::Backend
                        | SectionKind::Listen
                        | SectionKind::Unknown
                )
            );
        looks_so && may_be && !is_keyword(keyword)
    }

    fn begin(&mut self, kind: SectionKind, words: &[Word], line: &Line) {
        let span = line.said();
        let name = words.get(1).map(|word| word.text.clone());
        let section = Section {
            kind,
            name: name.clone(),
            header: words.to_vec(),
            span,
            statements: Vec::new(),
        };
        let at = self.config.sections.len();
        self.config.sections.push(section);
        if let Some(kind) = ProxyKind::of(kind) {
            self.proxy(kind, words, span, at);
        } else if kind == SectionKind::Peers {
            self.config.peers.push(Peers::new(name.unwrap_or_default(), span));
        }
    }

    fn proxy(&mut self, kind: ProxyKind, words: &[Word], span: Span, section: usize) {
        let has_name = kind != ProxyKind::Defaults
            || !matches!(words, [_, from, _] if from.text.as_ref() == "from");
        let (name, rest) = match words.get(1) {
            Some(name) if has_name => (Some(name), words.get(2..).unwrap_or_default()),
            _ => (None, words.get(1..).unwrap_or_default()),
        };
        let mut proxy =
            Proxy::new(kind, name.map_or("".into(), |name| name.text.clone()), span, section);
        if kind != ProxyKind::Defaults {
            self.name(&proxy, name);
            proxy.defaults = self.last_defaults;
        }
        match rest {
            [from, base, ..] if from.text.as_ref() == "from" => {
                proxy.defaults = self.named(base);
            }
            [] => {}
            [extra, ..] => {
                let what =
                    format!("`{}` behind a proxy's name, which newer versions refuse", extra.text);
                self.remarks.tell(extra.span, Doubt::Version, what);
            }
        }
        let defaults = proxy.defaults.and_then(|at| self.config.proxies.get(at));
        if let Some(defaults) = defaults {
            proxy.settings = defaults.settings.inherited(kind);
        }
        let at = self.config.proxies.len();
        if kind == ProxyKind::Defaults {
            self.last_defaults = Some(at);
            if !proxy.name.is_empty() {
                self.named_defaults.insert(proxy.name.clone(), at);
            }
        }
        let is_old_bind = kind.has_frontend() && kind != ProxyKind::Defaults;
        self.config.proxies.push(proxy);
        if let (true, [address, ..]) = (is_old_bind, rest)
            && address.text.as_ref() != "from"
        {
            self.old_bind(words, span);
        }
    }

    /// Up to 1.6, an address could stand behind the name.
    fn old_bind(&mut self, words: &[Word], span: Span) {
        let words = words.get(1..).unwrap_or_default();
        let mut args = Args::new(words, span, self.environment, self.remarks);
        let bind = super::bind::read(&mut args);
        if let Some(proxy) = self.config.proxies.last_mut() {
            proxy.binds.extend(bind);
        }
    }

    fn name(&mut self, proxy: &Proxy, word: Option<&Word>) {
        let Some(word) = word else {
            let error = SyntaxError::new(proxy.span, "a proxy without a name");
            self.remarks.fail(error.expected("a name behind it"));
            return;
        };
        if let Some(letter) = refused_letter(&proxy.name) {
            let what = format!("`{letter}` is not permitted in a name");
            self.remarks.fail(SyntaxError::new(word.span, what).expected(LETTERS));
        }
        for is_frontend in [true, false] {
            let counts =
                if is_frontend { proxy.kind.has_frontend() } else { proxy.kind.has_backend() };
            if !counts {
                continue;
            }
            if self.names.insert((proxy.name.clone(), is_frontend), word.span).is_some() {
                let what = format!("there is another proxy `{}`", proxy.name);
                self.remarks.fail(SyntaxError::new(word.span, what).expected("another name"));
                break;
            }
        }
    }

    fn named(&mut self, base: &Word) -> Option<usize> {
        let found = self.named_defaults.get(&base.text).copied();
        if found.is_none() {
            let what = format!("there are no defaults `{}`", base.text);
            let error = SyntaxError::new(base.span, what);
            self.remarks.fail(error.expected("the name of a `defaults` section above"));
        }
        found
    }

    fn statement(&mut self, words: &[Word], line: &Line) {
        let span = line.said();
        let (modifier, words) = match words {
            [no, rest @ ..] if no.text.as_ref() == "no" => (Modifier::No, rest),
            [default, rest @ ..] if default.text.as_ref() == "default" => (Modifier::Default, rest),
            _ => (Modifier::Plain, words),
        };
        let Some(section) = self.config.sections.last_mut() else { return };
        let is_doubtful = line.liveness == Liveness::Doubtful;
        section.statements.push(Statement { modifier, words: words.to_vec(), is_doubtful, span });
        let kind = section.kind;
        let mut args = Args::new(words, span, self.environment, self.remarks);
        if modifier != Modifier::Plain
            && kind != SectionKind::Unknown
            && !known::is_negatable(args.keyword)
        {
            let what = format!("nothing can stand in front of `{}`", args.keyword);
            args.fail_line(what, "`option` or `log` behind `no` or `default`");
            return;
        }
        match kind {
            SectionKind::Global => global::read(&mut self.config.global, modifier, &mut args),
            SectionKind::Peers => {
                let peers = self.config.peers.last_mut();
                peers.into_iter().for_each(|peers| peers.read(&mut args));
            }
            kind if ProxyKind::of(kind).is_some() => {
                let Some(proxy) = self.config.proxies.last_mut() else { return };
                proxy_line::read(proxy, modifier, &mut self.servers_left, &mut args);
            }
            _ => {}
        }
    }
}

/// Whether a word is a keyword of proxies or of `global`.
fn is_keyword(word: &str) -> bool {
    known::is_read(word) || known::is_of_proxy(word) || known::is_of_global(word)
}
