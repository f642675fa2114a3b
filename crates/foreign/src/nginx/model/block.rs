//! What a server does with a request before it is passed on: locations, rewrites, conditions.

use super::in_force::InForce;
use super::pass::Family;
use crate::nginx::syntax::{Directive, Level, variables};
use crate::source::Span;

/// A `server` or a `location`, with those inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The words behind `location`; none of a server.
    pub args: Vec<String>,
    /// Its name and arguments.
    pub head: Option<Span>,
    /// What is done in turn.
    pub actions: Vec<Action>,
    /// The address of `proxy_pass` or one of its kin, where it stands.
    pub pass: Option<Span>,
    /// `try_files`.
    pub tries: Option<(Vec<String>, Span)>,
    /// Whether only nginx itself leads here.
    pub is_internal: bool,
    /// `index`.
    pub index: Option<Span>,
    /// Who is let in, and what follows an error.
    pub in_force: InForce,
    /// `limit_except`: methods, and what holds for all others.
    pub except: Option<(Vec<String>, InForce, Span)>,
    /// The locations in it, in the order of the file.
    pub locations: Vec<Block>,
}

/// A directive of nginx's rewrite module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `set`: a variable's name, and its value.
    Set(String, String),
    /// `return`: the status, where it is an error that pages may follow.
    Return(Option<u16>),
    /// `break`
    Break,
    /// `rewrite`: expression, replacement, flag.
    Rewrite(String, String, String, Span),
    /// `if`: the words in its parentheses, what is done, and where requests are passed on then.
    If(Vec<String>, Vec<Action>, Option<Span>, Span),
}

impl Block {
    /// Reads what stands in a block in which this is in force.
    pub(super) fn read(
        args: Vec<String>,
        inner: &[&Directive],
        level: &Level<'_>,
        in_force: InForce,
    ) -> Block {
        let mut block = Block { args, in_force, ..Block::default() };
        for directive in inner {
            let words = || directive.args.iter().map(|word| word.text.clone()).collect();
            match directive.name.text.as_str() {
                "location" => {
                    let body = level.of(directive.block().unwrap_or(&[]));
                    let in_force = within(&body, &block.in_force);
                    let mut location = Block::read(words(), &body, level, in_force);
                    location.head = Some(directive.head());
                    location.index = location.index.or(block.index);
                    block.locations.push(location);
                }
                "limit_except" => {
                    let body = level.of(directive.block().unwrap_or(&[]));
                    let in_force = within(&body, &block.in_force);
                    block.except = Some((words(), in_force, directive.head()));
                }
                "try_files" => block.tries = Some((words(), directive.head())),
                "internal" => block.is_internal = true,
                "index" => block.index = Some(directive.head()),
                _ => {}
            }
        }
        (block.actions, block.pass) = actions(inner, level);
        block
    }
}

fn within(inner: &[&Directive], above: &InForce) -> InForce {
    let get = |name: &str| inner.iter().copied().filter(|it| it.is(name)).collect();
    InForce::read(&get, above)
}

/// What follows a `return` without a text.
fn error(directive: &Directive) -> Option<u16> {
    let [code] = directive.args.as_slice() else { return None };
    code.text.parse().ok().filter(|code| (400..600).contains(code))
}

fn actions(inner: &[&Directive], level: &Level<'_>) -> (Vec<Action>, Option<Span>) {
    let (mut actions, mut pass) = (Vec::new(), None);
    for directive in inner {
        let arg = |at: usize| directive.arg(at).unwrap_or("").to_owned();
        match directive.name.text.as_str() {
            "set" => {
                let name = directive.arg(0).and_then(|text| variables(text).next());
                actions.extend(name.map(|name| Action::Set(name.to_ascii_lowercase(), arg(1))));
            }
            "return" => actions.push(Action::Return(error(directive))),
            "break" => actions.push(Action::Break),
            "rewrite" => {
                actions.push(Action::Rewrite(arg(0), arg(1), arg(2), directive.head()));
            }
            "if" => {
                let body = level.of(directive.block().unwrap_or(&[]));
                let (then, pass) = self::actions(&body, level);
                actions.push(Action::If(words(directive), then, pass, directive.head()));
            }
            name if Family::of(name).is_some() => {
                pass = directive.args.first().map(|word| word.span).or(pass);
            }
            _ => {}
        }
    }
    (actions, pass)
}

/// Without the parentheses around them.
fn words(directive: &Directive) -> Vec<String> {
    let mut words: Vec<String> = directive.args.iter().map(|word| word.text.clone()).collect();
    if let Some(first) = words.first_mut() {
        *first = first.strip_prefix('(').unwrap_or(first).to_owned();
    }
    if let Some(last) = words.last_mut() {
        *last = last.strip_suffix(')').unwrap_or(last).to_owned();
    }
    words.retain(|word| !word.is_empty());
    words
}
