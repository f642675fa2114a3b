//! What a server does with a request before it is passed on: locations, rewrites, conditions.

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
    /// The locations in it, in the order of the file.
    pub locations: Vec<Block>,
}

/// A directive of nginx's rewrite module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `set`: a variable's name, and its value.
    Set(String, String),
    /// `return`
    Return,
    /// `break`
    Break,
    /// `rewrite`: expression, replacement, flag.
    Rewrite(String, String, String, Span),
    /// `if`: the words in its parentheses, what is done, and where requests are passed on then.
    If(Vec<String>, Vec<Action>, Option<Span>, Span),
}

impl Block {
    /// Reads what stands in a block.
    pub(super) fn read(args: Vec<String>, inner: &[&Directive], level: &Level<'_>) -> Block {
        let mut block = Block { args, ..Block::default() };
        for directive in inner {
            let words = || directive.args.iter().map(|word| word.text.clone()).collect();
            match directive.name.text.as_str() {
                "location" => {
                    let body = level.of(directive.block().unwrap_or(&[]));
                    let mut location = Block::read(words(), &body, level);
                    location.head = Some(directive.head());
                    location.index = location.index.or(block.index);
                    block.locations.push(location);
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

fn actions(inner: &[&Directive], level: &Level<'_>) -> (Vec<Action>, Option<Span>) {
    let (mut actions, mut pass) = (Vec::new(), None);
    for directive in inner {
        let arg = |at: usize| directive.arg(at).unwrap_or("").to_owned();
        match directive.name.text.as_str() {
            "set" => {
                let name = directive.arg(0).and_then(|text| variables(text).next());
                actions.extend(name.map(|name| Action::Set(name.to_ascii_lowercase(), arg(1))));
            }
            "return" => actions.push(Action::Return),
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
