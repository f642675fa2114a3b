//! Predicates with `!`, `&&`, `||` and parentheses around them.

use super::environment::Environment;
use super::predicate;
use super::truth::Truth;

/// Parentheses nest no deeper. HAProxy allows more; nobody writes more.
const DEPTH_MAX: usize = 64;

pub(super) struct Parser<'t, 'e> {
    rest: &'t str,
    environment: &'t Environment<'e>,
    depth: usize,
    /// What could not be evaluated, the first of it.
    pub(super) open: Option<String>,
}

impl<'t, 'e> Parser<'t, 'e> {
    pub(super) fn new(rest: &'t str, environment: &'t Environment<'e>) -> Parser<'t, 'e> {
        Parser { rest, environment, depth: 0, open: None }
    }

    /// An expression with nothing behind it.
    pub(super) fn whole(&mut self) -> Result<Truth, String> {
        let truth = self.expression()?;
        self.skip_space();
        match self.rest.chars().next() {
            Some(next) => Err(format!("unexpected `{next}` in a condition")),
            None => Ok(truth),
        }
    }

    fn expression(&mut self) -> Result<Truth, String> {
        let mut truth = self.conjunction()?;
        while self.take("||") {
            truth = truth.or(self.conjunction()?);
        }
        Ok(truth)
    }

    fn conjunction(&mut self) -> Result<Truth, String> {
        let mut truth = self.term()?;
        while self.take("&&") {
            truth = truth.and(self.term()?);
        }
        Ok(truth)
    }

    fn term(&mut self) -> Result<Truth, String> {
        let mut is_negated = false;
        while self.take("!") {
            is_negated = !is_negated;
        }
        let truth = self.plain_term()?;
        Ok(if is_negated { truth.not() } else { truth })
    }

    fn plain_term(&mut self) -> Result<Truth, String> {
        self.skip_space();
        if let Some(number) = self.number() {
            return Ok(Truth::from(number));
        }
        if self.take("(") {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err(format!("more than {DEPTH_MAX} nested parentheses in a condition"));
            }
            let truth = self.expression()?;
            self.depth -= 1;
            return match self.take(")") {
                true => Ok(truth),
                false => Err("a parenthesis that is not closed in a condition".to_owned()),
            };
        }
        let end = self.rest.find([' ', '(', ')']).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err("a condition that is not complete".to_owned());
        }
        self.rest = rest;
        let arguments = self.arguments()?;
        let truth = predicate::evaluate(name, &arguments, self.environment)?;
        if truth == Truth::Unknown {
            let what = format!("`{name}({})` cannot be evaluated here", arguments.join(","));
            self.open.get_or_insert(what);
        }
        Ok(truth)
    }

    /// A number, which is true unless it is zero.
    fn number(&mut self) -> Option<bool> {
        let unsigned = self.rest.strip_prefix(['-', '+']).unwrap_or(self.rest);
        let (digits, is_digit): (&str, fn(&u8) -> bool) = match unsigned.strip_prefix("0x") {
            Some(digits) => (digits, u8::is_ascii_hexdigit),
            None => (unsigned, u8::is_ascii_digit),
        };
        let length = digits.bytes().take_while(is_digit).count();
        let (number, rest) = digits.split_at_checked(length)?;
        if number.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(number.bytes().any(|digit| digit != b'0'))
    }

    /// What stands in the parentheses of a predicate. Quotes and backslashes count once more here.
    fn arguments(&mut self) -> Result<Vec<String>, String> {
        let Some(inside) = self.rest.strip_prefix('(') else { return Ok(Vec::new()) };
        let mut arguments = vec![String::new()];
        let mut quote = None;
        let mut letters = inside.char_indices();
        while let Some((at, letter)) = letters.next() {
            let last = arguments.last_mut();
            match letter {
                ')' if quote.is_none() => {
                    self.rest = inside.get(at + 1..).unwrap_or_default();
                    return Ok(arguments);
                }
                ',' if quote.is_none() => arguments.push(String::new()),
                '"' | '\'' if quote == Some(letter) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(letter),
                '\\' if quote != Some('\'') => {
                    let next = letters.next().map(|(_, next)| next);
                    last.into_iter().for_each(|last| last.extend(next));
                }
                _ => last.into_iter().for_each(|last| last.push(letter)),
            }
        }
        Err("a predicate that is not closed".to_owned())
    }

    fn take(&mut self, what: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }
}
