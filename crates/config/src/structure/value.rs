//! Checks one value against the shape of its key.

use std::fmt::Display;
use std::net::SocketAddr;

use ipnet::IpNet;

use super::trail::Trail;
use super::{address, mismatch};
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::shape::{Bounds, Key, Shape, Text, Word};
use crate::statuses::{StatusError, StatusSet};
use crate::tree::{Content, Node};
use crate::units::{Size, Span, UnitError};

/// A value that passes is one serde accepts.
pub(super) fn check(
    node: &Node,
    key: &Key,
    shape: &Shape,
    trail: &Trail,
) -> Result<(), Box<Finding>> {
    let at = Spot { node, key, trail };
    match (shape, &node.content) {
        (Shape::Any, _) | (Shape::Flag, Content::Flag(_)) => Ok(()),
        (Shape::Text(form), Content::Text(text)) => at.text(*form, text),
        (Shape::Text(Text::Span(_)), Content::Integer(number)) => {
            at.unit(number.to_string().parse::<Span>()).map(drop)
        }
        (Shape::Text(Text::Size(_)), Content::Integer(number)) => {
            at.unit(number.to_string().parse::<Size>()).map(drop)
        }
        (Shape::Integer(bounds), Content::Integer(number)) => {
            at.range(bounds, *number, shown(*number))
        }
        (Shape::Number(bounds), Content::Integer(number)) => {
            at.range(bounds, *number as f64, shown(*number))
        }
        (Shape::Number(bounds), Content::Number(number)) => {
            at.range(bounds, *number, shown_number(*number))
        }
        (Shape::Word(words), Content::Text(text)) => at.word(words, text),
        (Shape::Statuses, _) => at.statuses(),
        _ => Err(Box::new(mismatch::finding(node, key, shape, trail))),
    }
}

/// The tree keeps what exceeds 128 bits as the largest number, which nobody wrote.
fn shown(number: i128) -> String {
    match number {
        i128::MAX => "more than 38 digits".to_owned(),
        i128::MIN => "less than minus 38 digits".to_owned(),
        number => number.to_string(),
    }
}

/// Very small and very large numbers are shown as they are written, not with all their zeros.
fn shown_number(number: f64) -> String {
    let plain = number == 0.0 || !number.is_finite() || (1e-6..1e16).contains(&number.abs());
    if plain { number.to_string() } else { format!("{number:e}") }
}

struct Spot<'a> {
    node: &'a Node,
    key: &'a Key,
    trail: &'a Trail,
}

impl Spot<'_> {
    fn error(&self, slug: &'static str, complaint: impl Display) -> Finding {
        let what = format!("{} {complaint}", self.trail.of(&self.key.name));
        Finding::error(slug, self.node.span.clone(), what).why(mismatch::meaning(self.key))
    }

    fn range<T>(
        &self,
        bounds: &Bounds<T>,
        value: T,
        shown: impl Display,
    ) -> Result<(), Box<Finding>>
    where
        T: Copy + PartialOrd + Display,
    {
        if bounds.contain(value) {
            return Ok(());
        }
        let allowed = bounds.describe().unwrap_or_default();
        let finding = self.error("out-of-range", format!("is out of range: {shown}"));
        Err(Box::new(finding.hint(format!("write a value {allowed}"))))
    }

    fn unit<T>(&self, parsed: Result<T, UnitError>) -> Result<T, Box<Finding>> {
        parsed.map_err(|error| {
            let finding = self.error("bad-unit", format!("is not understood: {}", error.what));
            let why = "a unit is never guessed: a wrong guess would show only when it matters";
            let finding = if error.of_unit { finding.why(why) } else { finding };
            Box::new(finding.hint(error.hint))
        })
    }

    fn text(&self, form: Text, text: &str) -> Result<(), Box<Finding>> {
        match form {
            Text::Plain => Ok(()),
            Text::Span(bounds) => {
                let span = self.unit(text.parse::<Span>())?;
                self.range(&bounds, span, text)
            }
            Text::Size(bounds) => {
                let size = self.unit(text.parse::<Size>())?;
                self.range(&bounds, size, text)
            }
            Text::AddressOrOff if text == "off" => Ok(()),
            Text::Address | Text::AddressOrOff => self.address(text, form),
            Text::Network if text.parse::<IpNet>().is_ok() => Ok(()),
            Text::Network => {
                let finding = self.error("bad-network", format!("holds no network: `{text}`"));
                Err(Box::new(finding.hint(address::network_hint(text))))
            }
        }
    }

    fn address(&self, text: &str, form: Text) -> Result<(), Box<Finding>> {
        if text.parse::<SocketAddr>().is_ok() {
            return Ok(());
        }
        let hint = if matches!(form, Text::Address) {
            address::hint(text, 8080)
        } else if ["", "off", "none", "no", "false"].contains(&text.to_ascii_lowercase().as_str()) {
            "write `off` for none".to_owned()
        } else {
            address::hint(text, 9900)
        };
        let what = format!("is no IP address with a port: `{text}`");
        Err(Box::new(self.error("bad-address", what).why(address::WHY).hint(hint)))
    }

    fn word(&self, words: &[Word], text: &str) -> Result<(), Box<Finding>> {
        if words.iter().any(|word| word.word == text) {
            return Ok(());
        }
        let known: Vec<String> = words.iter().map(|word| format!("`{}`", word.word)).collect();
        let what = format!("unknown word `{text}` for {}", self.trail.of(&self.key.name));
        let finding = Finding::error("unknown-word", self.node.span.clone(), what)
            .why(mismatch::meaning(self.key));
        let meant = nearest(text, words.iter().map(|word| word.word.as_str()));
        Err(Box::new(match meant {
            Some(word) => finding.did_you_mean(Some(word)),
            None => finding.hint(format!("write {}", known.join(" or "))),
        }))
    }

    fn statuses(&self) -> Result<(), Box<Finding>> {
        let one = |node: &Node| match &node.content {
            Content::Integer(number) => {
                StatusSet::try_from(i64::try_from(*number).unwrap_or(i64::MAX)).map(drop)
            }
            Content::Text(text) => text.parse::<StatusSet>().map(drop),
            _ => Err(StatusError::kind()),
        };
        let checked = match &self.node.content {
            Content::List(items) if items.list.is_empty() => Err(StatusError::empty()),
            Content::List(items) => items.list.iter().try_for_each(one),
            _ => one(self.node),
        };
        checked.map_err(|error| {
            let finding = self.error("bad-status", format!("is not understood: {error}"));
            Box::new(
                finding.hint("write `200`, `\"200-399\"`, or a list such as `[200, \"300-399\"]`"),
            )
        })
    }
}
