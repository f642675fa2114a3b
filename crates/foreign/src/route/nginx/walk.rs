//! The way of one request through a server, as nginx's phases have it.

use std::collections::HashMap;

use super::access::{Entry, entry};
use super::location::Location;
use super::shared::Shared;
use super::site::Site;
use crate::Span;
use crate::logs::Line;
use crate::nginx::model::{Action, Block};
use crate::nginx::uri;
use crate::route::decision::Doubt;
use crate::route::expression::{Expression, Groups};
use crate::route::truth::Truth;

/// How often a request may be sent to other locations; nginx gives up behind as many.
const ROUNDS_MAX: u8 = 10;

/// Places of texts that were made before, and of expressions that were read before.
pub(super) type Told<'t> = &'t dyn Fn(&str) -> u16;

/// Where a request is on its way.
pub(super) struct Walk<'w> {
    pub(super) line: &'w Line<'w>,
    pub(super) shared: &'w Shared,
    pub(super) expressions: &'w HashMap<String, Option<Expression>>,
    pub(super) rules: &'w HashMap<Span, u16>,
    pub(super) told: Told<'w>,
    pub(super) server_name: &'w str,
    pub(super) is_tls: Option<bool>,
    /// The port that is listened at.
    pub(super) port: Option<&'w str>,
    pub(super) merges_slashes: bool,
    pub(super) path: Vec<u8>,
    pub(super) query: Vec<u8>,
    pub(super) set: HashMap<String, Result<Vec<u8>, u16>>,
    pub(super) groups: Groups,
    /// Whether nginx itself has led it elsewhere.
    pub(super) is_internal: bool,
    /// Whether an error page has made a GET of it.
    pub(super) is_get: bool,
    /// Whether an error page has led it on, and none follows any more.
    pub(super) has_failed: bool,
    pub(super) doubt: Option<Doubt>,
}

/// What comes next on the way.
enum Next {
    /// The server's own directives.
    Server,
    /// The location of its path.
    Search,
    /// A named location.
    Named(String),
    /// A pass; none where nginx answers.
    End(Option<Span>),
}

/// What a row of directives comes to.
enum Flow {
    /// Nothing that ends it.
    On,
    /// `break`, or a rewrite that ends the row.
    Stop,
    /// Another location is looked for.
    Again,
    Answered,
    /// The same with an error, which pages may follow.
    Failed(u16),
    /// A condition that leads to a pass of its own.
    Pass(Span),
}

impl Walk<'_> {
    pub(super) fn missing(&self, name: &str) -> u16 {
        (self.told)(name)
    }

    fn doubt(&mut self, span: Option<Span>, missing: u16) {
        let rule = span.and_then(|span| self.rules.get(&span)).copied().unwrap_or(u16::MAX);
        self.doubt = self.doubt.or(Some(Doubt { rule, missing }));
    }

    /// The pass that takes the request; none where nginx answers.
    pub(super) fn pass(&mut self, site: &Site) -> Option<Span> {
        self.path = uri::path(self.line.target?, self.merges_slashes)?;
        self.query = self.line.query().unwrap_or_default().to_vec();
        let (mut next, mut rounds) = (Next::Server, 0);
        while rounds < ROUNDS_MAX {
            next = match next {
                Next::Server => match self.run(&site.root.block.actions) {
                    Flow::Answered => return None,
                    Flow::Failed(status) => self.failed(status, &site.root.block),
                    _ => Next::Search,
                },
                Next::Search => self.search(site),
                Next::Named(name) => match site.root.named(&name) {
                    Some(location) => self.through(location, site),
                    None => return None,
                },
                Next::End(pass) => return pass,
            };
            rounds += u8::from(!matches!(next, Next::End(_)));
        }
        None
    }

    /// Into the location of the path.
    fn search(&mut self, site: &Site) -> Next {
        let found = site.root.find(&self.path);
        if let Some(missing) = found.missing {
            self.doubt(site.root.block.head, missing);
        }
        if let Some(groups) = found.groups {
            self.groups = groups;
        }
        if found.is_redirect {
            return Next::End(None);
        }
        let location = found.location.unwrap_or(&site.root);
        if location.block.is_internal && !self.is_internal {
            return self.failed(404, &location.block);
        }
        self.through(location, site)
    }

    /// What a location comes to.
    fn through(&mut self, location: &Location, site: &Site) -> Next {
        let block = &location.block;
        let is_root = std::ptr::eq(location, &site.root);
        let flow = if is_root { Flow::On } else { self.run(&block.actions) };
        let pass = match flow {
            Flow::Again => return Next::Search,
            Flow::Answered => return Next::End(None),
            Flow::Failed(status) => return self.failed(status, block),
            Flow::Pass(pass) => Some(pass),
            Flow::On | Flow::Stop => None,
        };
        match entry(block, self.line) {
            Entry::Yes => {}
            Entry::No => return self.failed(403, block),
            Entry::Refused(span, status) => {
                let missing = self.missing("refused");
                self.doubt(Some(span), missing);
                return self.failed(status, block);
            }
            Entry::Unknown(span, what) => {
                let missing = self.missing(what);
                self.doubt(Some(span), missing);
            }
        }
        if pass.is_some() {
            return Next::End(pass);
        }
        if let Some((words, span)) = &block.tries {
            return self.tried(words, *span, block);
        }
        if block.pass.is_none()
            && self.path.ends_with(b"/")
            && let Some(span) = block.index
        {
            let missing = self.missing("index");
            self.doubt(Some(span), missing);
        }
        if block.pass.is_none()
            && let Some(page) = block.in_force.errors.iter().find(|it| it.codes.contains(&404))
        {
            let missing = self.missing("error_page");
            self.doubt(Some(page.span), missing);
        }
        Next::End(block.pass)
    }

    /// What `try_files` comes to where none of the files is there, which no log tells.
    fn tried(&mut self, words: &[String], span: Span, block: &Block) -> Next {
        let missing = self.missing("try_files");
        self.doubt(Some(span), missing);
        let Some(last) = words.last() else { return Next::End(None) };
        if let Some(status) = last.strip_prefix('=') {
            return match status.parse() {
                Ok(status) if block.pass.is_none() => self.failed(status, block),
                _ => Next::End(block.pass),
            };
        }
        if block.pass.is_some() {
            return Next::End(block.pass);
        }
        if last.starts_with('@') {
            return Next::Named(last.clone());
        }
        match self.text(last) {
            Ok(text) => {
                self.to(&text);
                Next::Server
            }
            Err(_) => Next::End(None),
        }
    }

    /// Where an error leads to.
    fn failed(&mut self, status: u16, block: &Block) -> Next {
        let mut pages = block.in_force.errors.iter();
        let page = pages.find(|page| page.codes.contains(&status) && !self.has_failed);
        let Some(page) = page else { return Next::End(None) };
        self.has_failed = !block.in_force.is_recursive;
        match self.text(&page.target) {
            Ok(target) if target.starts_with(b"@") => {
                self.is_internal = true;
                Next::Named(String::from_utf8_lossy(&target).into_owned())
            }
            Ok(target) if target.starts_with(b"/") => {
                self.is_get |= self.line.method != Some(b"HEAD");
                self.to(&target);
                Next::Server
            }
            // A redirect.
            Ok(_) => Next::End(None),
            Err(missing) => {
                self.doubt(Some(page.span), missing);
                Next::End(None)
            }
        }
    }

    /// Takes a new path, and a new query where it has one.
    fn to(&mut self, text: &[u8]) {
        self.is_internal = true;
        let at = memchr::memchr(b'?', text);
        let (path, query) = text.split_at(at.unwrap_or(text.len()));
        self.path = path.to_vec();
        if let Some(query) = query.get(1..) {
            self.query = query.to_vec();
        }
    }

    fn run(&mut self, actions: &[Action]) -> Flow {
        let (mut moved, mut pass) = (false, None);
        for action in actions {
            match self.act(action, &mut moved, &mut pass) {
                Flow::On => {}
                Flow::Stop => break,
                flow => return flow,
            }
        }
        match pass {
            _ if moved => Flow::Again,
            Some(pass) => Flow::Pass(pass),
            None => Flow::On,
        }
    }

    fn act(&mut self, action: &Action, moved: &mut bool, pass: &mut Option<Span>) -> Flow {
        match action {
            Action::Return(None) => Flow::Answered,
            Action::Return(Some(status)) => Flow::Failed(*status),
            Action::Break => Flow::Stop,
            Action::Set(name, value) => {
                let value = self.text(value);
                self.set.insert(name.clone(), value);
                Flow::On
            }
            Action::Rewrite(pattern, replacement, flag, span) => {
                let flow = self.rewrite(pattern, replacement, flag, *span);
                *moved |= matches!(flow, Some(Flow::On | Flow::Again));
                match flow {
                    Some(Flow::Again) => Flow::Stop,
                    Some(flow) => flow,
                    None => Flow::On,
                }
            }
            Action::If(words, then, inner, span) => match self.condition(words) {
                Truth::No => Flow::On,
                Truth::Unknown(missing) => {
                    self.doubt(Some(*span), missing);
                    for action in then {
                        // Whether it is set is as unknown.
                        if let Action::Set(name, _) = action {
                            self.set.insert(name.clone(), Err(missing));
                        }
                    }
                    Flow::On
                }
                Truth::Yes => {
                    *pass = inner.or(*pass);
                    for action in then {
                        match self.act(action, moved, pass) {
                            Flow::On => {}
                            flow => return flow,
                        }
                    }
                    Flow::On
                }
            },
        }
    }

    /// `None` where it does not fit.
    fn rewrite(
        &mut self,
        pattern: &str,
        replacement: &str,
        flag: &str,
        span: Span,
    ) -> Option<Flow> {
        let expression = self.expressions.get(pattern).and_then(Option::as_ref);
        let Some(found) = expression.and_then(|it| it.groups(&self.path)) else {
            let missing = self.missing("rewrite");
            self.doubt(Some(span), missing);
            return None;
        };
        self.groups = found?;
        let is_elsewhere =
            ["http://", "https://", "$scheme"].iter().any(|it| replacement.starts_with(it));
        if is_elsewhere || matches!(flag, "redirect" | "permanent") {
            return Some(Flow::Answered);
        }
        let (path, query) = match replacement.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (replacement, None),
        };
        self.is_internal = true;
        let path = self.text(path);
        let query = query.map(|query| self.text(query));
        match (path, query) {
            (Ok(path), None) => self.path = path,
            (Ok(path), Some(Ok(mut query))) => {
                self.path = path;
                // Without a question mark at the end the old arguments follow the new ones.
                if !replacement.ends_with('?') && !self.query.is_empty() {
                    query.push(b'&');
                    query.extend_from_slice(&self.query);
                }
                self.query = query;
            }
            (Err(missing), _) | (_, Some(Err(missing))) => {
                self.doubt(Some(span), missing);
                return None;
            }
        }
        Some(match flag {
            "last" => Flow::Again,
            "break" => Flow::Stop,
            _ => Flow::On,
        })
    }

    fn condition(&mut self, words: &[String]) -> Truth {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut value = |text: &str| self.text(text);
        let compared = match words.as_slice() {
            [variable] if variable.starts_with('$') => {
                value(variable).map(|it| !it.is_empty() && it != b"0")
            }
            [variable, "=", other] => value(variable).and_then(|it| Ok(it == self.text(other)?)),
            [variable, "!=", other] => value(variable).and_then(|it| Ok(it != self.text(other)?)),
            [variable, sign @ ("~" | "~*" | "!~" | "!~*"), pattern] => {
                let text = value(variable);
                text.and_then(|text| self.fits(&text, sign, pattern))
            }
            _ => Err(self.missing("if")),
        };
        compared.map_or_else(Truth::Unknown, Truth::of)
    }

    fn fits(&mut self, text: &[u8], sign: &str, pattern: &str) -> Result<bool, u16> {
        let key = if sign.ends_with('*') { format!("(?i){pattern}") } else { pattern.to_owned() };
        let expression = self.expressions.get(&key).and_then(Option::as_ref);
        let Some(found) = expression.and_then(|it| it.groups(text)) else {
            return Err(self.missing("if"));
        };
        let fits = found.is_some();
        if let Some(groups) = found {
            self.groups = groups;
        }
        Ok(fits != sign.starts_with('!'))
    }
}
