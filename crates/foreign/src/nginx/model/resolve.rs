//! Finds what a pass leads to, over all values that its variables may have.

use std::collections::HashMap;

use super::address::Address;
use super::config::{Config, Kind};
use super::pass::{End, Family, Pass, Step, Target};
use super::values::{ENDS_MAX, Values};

/// How many texts may be made for one pass; values may name variables in their turn.
const TEXTS_MAX: usize = 4096;

/// How many may be made for all of them.
const WORK_MAX: usize = 1_000_000;

/// Nobody's address is longer.
const TEXT_BYTES: usize = 2048;

/// How many variables may stand behind one text.
const STEPS_MAX: usize = 32;

/// How often values may name variables in their turn.
const DEPTH_MAX: usize = 8;

/// Fills in the ends of every pass.
pub(super) fn resolve(config: &mut Config, values: &Values) {
    let upstreams: HashMap<(Kind, String), usize> = config
        .upstreams
        .iter()
        .enumerate()
        .rev()
        .map(|(index, upstream)| ((upstream.kind, upstream.name.value.to_ascii_lowercase()), index))
        .collect();
    let mut work = WORK_MAX;
    for pass in &mut config.passes {
        let left = work.min(TEXTS_MAX);
        let mut filling = Filling { values, pass, left, more: false };
        let texts = filling.texts(&pass.written.value, DEPTH_MAX);
        let more = filling.more;
        work -= left - filling.left;
        for (text, over) in texts {
            let target = target(&text, pass.family, pass.kind, |name| {
                upstreams.get(&(pass.kind, name.to_ascii_lowercase())).copied()
            });
            pass.ends.push(End { target, over });
        }
        pass.more = more;
    }
}

/// Puts values in for variables.
struct Filling<'a> {
    values: &'a Values,
    pass: &'a Pass,
    left: usize,
    more: bool,
}

type Text = (String, Vec<Step>);

impl Filling<'_> {
    /// All texts that a text may become.
    fn texts(&mut self, text: &str, depth: usize) -> Vec<Text> {
        let mut texts: Vec<Text> = vec![(String::new(), Vec::new())];
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            let (name, raw, after) = name(behind);
            texts.iter_mut().for_each(|(text, _)| text.push_str(before));
            let choices = self.choices(&name.to_ascii_lowercase(), raw, depth);
            texts = self.product(&texts, &choices);
            if texts.is_empty() {
                return texts;
            }
            rest = after;
        }
        texts.iter_mut().for_each(|(text, _)| text.push_str(rest));
        texts
    }

    /// What a variable may stand for; itself, where that is unknown.
    fn choices(&mut self, name: &str, raw: &str, depth: usize) -> Vec<Text> {
        let values = self.values;
        let values = values.get(self.pass, name);
        if values.is_empty() || depth == 0 {
            return vec![(format!("${raw}"), Vec::new())];
        }
        let mut choices = Vec::new();
        for (value, step) in values {
            if self.left == 0 || choices.len() >= ENDS_MAX {
                self.more = true;
                break;
            }
            for (text, steps) in self.texts(value, depth - 1) {
                let over = std::iter::once(step).chain(steps).collect();
                choices.push((text, over));
            }
        }
        choices
    }

    fn product(&mut self, texts: &[Text], choices: &[Text]) -> Vec<Text> {
        let mut all = Vec::new();
        for (text, steps) in texts {
            for (choice, more) in choices {
                let long = text.len() + choice.len() > TEXT_BYTES;
                let long = long || steps.len() + more.len() > STEPS_MAX;
                if long || self.left == 0 || all.len() >= ENDS_MAX {
                    self.more = true;
                    return all;
                }
                self.left -= 1;
                let over = steps.iter().chain(more).copied().collect();
                all.push((format!("{text}{choice}"), over));
            }
        }
        all
    }
}

/// A variable's name, how it was written behind `$`, and what follows.
fn name(behind: &str) -> (&str, &str, &str) {
    let end = |text: &str| {
        text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
    };
    if let Some((name, after)) = behind.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        let raw = behind.get(..name.len() + 2).unwrap_or(behind);
        return (name, raw, after);
    }
    let (name, after) = behind.split_at(end(behind));
    (name, name, after)
}

pub(super) fn target(
    text: &str,
    family: Family,
    kind: Kind,
    upstream: impl Fn(&str) -> Option<usize>,
) -> Target {
    let schemes = [("http://", 80), ("https://", 443), ("grpc://", 80), ("grpcs://", 443)];
    let lower = text.get(..8.min(text.len())).unwrap_or(text).to_ascii_lowercase();
    let scheme = schemes.iter().find(|(scheme, _)| lower.starts_with(scheme));
    let scheme = scheme.filter(|_| kind == Kind::Http);
    let (rest, port) = match scheme {
        Some((scheme, port)) => (text.get(scheme.len()..).unwrap_or(""), *port),
        // Whatever the scheme is, what follows it is a host.
        None => (text.split_once("://").map_or(text, |(_, rest)| rest), 80),
    };
    let host = host(rest, family);
    if let Some(index) = upstream(host) {
        return Target::Upstream(index);
    }
    match Address::read(host) {
        Some(address) if kind == Kind::Http => Target::Address(address.or_port(port)),
        Some(address) => Target::Address(address),
        None => Target::Unknown(text.to_owned()),
    }
}

/// The host of an address that may go on with a path.
fn host(rest: &str, family: Family) -> &str {
    if rest.starts_with("unix:") {
        // The path of a socket ends at a colon where a request's path follows.
        let ends = matches!(family, Family::Proxy | Family::Grpc);
        let end = rest.get(5..).and_then(|path| path.find(':')).filter(|_| ends);
        return end.and_then(|end| rest.get(..end + 5)).unwrap_or(rest);
    }
    let paths = ["$request_uri", "$uri", "$document_uri", "$is_args", "${request_uri}", "${uri}"];
    let ends = paths.iter().filter_map(|path| rest.find(path));
    let ends = ends.chain(rest.find(['/', '?']));
    rest.get(..ends.min().unwrap_or(rest.len())).unwrap_or(rest)
}
