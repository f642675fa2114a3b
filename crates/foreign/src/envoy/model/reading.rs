//! Reads fields with their defaults, and tells of those that Envoy would refuse.

use crate::envoy::yaml::Node;
use crate::fault::SyntaxError;
use crate::setting::Setting;

/// What is found on the way.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) problems: Vec<SyntaxError>,
}

impl Reading {
    /// A whole number.
    pub(super) fn number(&mut self, node: &Node, name: &str, default: u64) -> Setting<u64> {
        self.read(node, name, default, Node::number, "a whole number from 0")
    }

    /// Milliseconds.
    pub(super) fn millis(&mut self, node: &Node, name: &str, default: u64) -> Setting<u64> {
        self.read(node, name, default, Node::millis, "a time in seconds, as `0.25s`")
    }

    /// Per cent, as a message with `value` or a number alone.
    pub(super) fn percent(&mut self, node: &Node, name: &str, default: f64) -> Setting<f64> {
        self.read(node, name, default, Node::percent, "per cent from 0 to 100")
    }

    /// A number with places, which may have a name at runtime.
    pub(super) fn real(&mut self, node: &Node, name: &str, default: f64) -> Setting<f64> {
        let read = |node: &Node| node.field("default_value").unwrap_or(node).real();
        self.read(node, name, default, read, "a number")
    }

    /// A truth value.
    pub(super) fn truth(&mut self, node: &Node, name: &str, default: bool) -> Setting<bool> {
        self.read(node, name, default, Node::truth, "`true` or `false`")
    }

    /// A text.
    pub(super) fn text(&mut self, node: &Node, name: &str, default: &str) -> Setting<String> {
        let read = |node: &Node| node.text().map(str::to_owned);
        self.read(node, name, default.to_owned(), read, "a text")
    }

    /// One of a set of names, in capitals however it is written: Envoy takes them all alike.
    pub(super) fn name(&mut self, node: &Node, name: &str, default: &str) -> Setting<String> {
        let mut text = self.text(node, name, default);
        text.value.make_ascii_uppercase();
        text
    }

    fn read<T>(
        &mut self,
        node: &Node,
        name: &str,
        default: T,
        read: impl Fn(&Node) -> Option<T>,
        expected: &str,
    ) -> Setting<T> {
        let Some(field) = node.field(name) else { return Setting::default(default) };
        match read(field) {
            Some(value) => Setting::written(value, field.span),
            None => {
                let what = format!("Envoy cannot read this as `{name}`");
                self.problems.push(SyntaxError::new(field.span, what).expected(expected));
                Setting::default(default)
            }
        }
    }
}
