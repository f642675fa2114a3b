//! Holds a tree against the shape of a file: keys, types, units, words and ranges.
//!
//! What cannot be used is cut out, as little of it as possible, and the place is marked:
//! the rest can still be read and held against the rules, and all problems come out at once.

use crate::finding::Finding;
use crate::nearest::nearest;
use crate::shape::{Key, Shape, Table};
use crate::tree::{Content, Field, Fields, Items, Node};

mod address;
mod mismatch;
mod trail;
mod value;

use trail::Trail;

/// The usable part of the tree, and what is wrong with the rest.
pub(crate) fn check(root: Node, shape: &Table) -> (Option<Node>, Vec<Finding>) {
    let mut walk = Walk { findings: Vec::new(), trail: Trail::default() };
    let Content::Table(fields) = root.content else { return (None, walk.findings) };
    let kept = walk.table(root.span.clone(), fields, shape);
    let node = kept.map(|fields| Node { span: root.span, content: Content::Table(fields) });
    (node, walk.findings)
}

struct Walk {
    findings: Vec<Finding>,
    trail: Trail,
}

impl Walk {
    /// The value without what is wrong in it; `None` when nothing of it can be used.
    fn node(&mut self, node: Node, key: &Key, shape: &Shape) -> Option<Node> {
        let span = node.span.clone();
        let content = match (shape, node.content) {
            (Shape::Table(table), Content::Table(fields)) => {
                Content::Table(self.table(span.clone(), fields, table)?)
            }
            (Shape::Named(inner), Content::Table(fields)) => {
                Content::Table(self.named(fields, key, inner))
            }
            (Shape::List(inner), Content::List(items)) => {
                Content::List(self.list(items, key, inner))
            }
            (_, content) => {
                let node = Node { span: span.clone(), content };
                if let Err(finding) = value::check(&node, key, shape, &self.trail) {
                    self.findings.push(*finding);
                    return None;
                }
                node.content
            }
        };
        Some(Node { span, content })
    }

    fn table(
        &mut self,
        span: std::ops::Range<usize>,
        fields: Fields,
        table: &Table,
    ) -> Option<Fields> {
        let mut kept = Fields::default();
        for field in fields.list {
            match table.key(&field.key) {
                Some(key) => self.field(field, key, &mut kept),
                None => self.unknown(field, table, &mut kept),
            }
        }
        let present = |key: &Key| {
            kept.list.iter().any(|field| field.key == key.name) || kept.lost.contains(&key.name)
        };
        let missing: Vec<&Key> =
            table.keys.iter().filter(|key| key.is_required() && !present(key)).collect();
        if !missing.is_empty() {
            self.findings.push(missing_keys(span, &missing, &self.trail));
            return None;
        }
        let lost_required = |key: &Key| key.is_required() && kept.lost.contains(&key.name);
        (!table.keys.iter().any(lost_required)).then_some(kept)
    }

    fn field(&mut self, field: Field, key: &Key, kept: &mut Fields) {
        let section = matches!(key.shape, Shape::Table(_));
        let depth = self.trail.depth();
        if section {
            self.trail.enter(format!("`{}`", key.name));
        }
        let Field { key: name, key_span, node } = field;
        match self.node(node, key, &key.shape) {
            Some(node) => kept.list.push(Field { key: name, key_span, node }),
            None => kept.lost.push(name),
        }
        self.trail.leave_to(depth);
    }

    fn unknown(&mut self, field: Field, table: &Table, kept: &mut Fields) {
        let meant = nearest(&field.key, table.names());
        let what = format!("unknown key `{}` in {}", field.key, self.trail);
        let known: Vec<String> = table.names().map(|name| format!("`{name}`")).collect();
        let finding = Finding::error("unknown-key", field.key_span, what)
            .why("a key that is not understood would be a setting that silently does nothing");
        self.findings.push(match meant {
            Some(word) => finding.did_you_mean(Some(word)),
            None => finding.hint(format!("known here: {}", known.join(" "))),
        });
        // The key that was meant counts as written, or its absence would be reported too.
        kept.lost.push(meant.unwrap_or(&field.key).to_owned());
    }

    fn named(&mut self, fields: Fields, key: &Key, inner: &Shape) -> Fields {
        let mut kept = Fields::default();
        for Field { key: name, key_span, node } in fields.list {
            let depth = self.trail.depth();
            self.trail.enter(format!("{} `{name}`", noun(inner)));
            match self.node(node, key, inner) {
                Some(node) => kept.list.push(Field { key: name, key_span, node }),
                None => kept.lost.push(name),
            }
            self.trail.leave_to(depth);
        }
        kept
    }

    fn list(&mut self, items: Items, key: &Key, inner: &Shape) -> Items {
        let mut kept = Items::default();
        for (i, node) in items.list.into_iter().enumerate() {
            let depth = self.trail.depth();
            if let Shape::Table(table) = inner {
                let name = node.text("name").map(|name| format!("`{name}`"));
                let name = name.unwrap_or_else(|| format!("number {}", i + 1));
                self.trail.enter(format!("{} {name}", table.noun));
            }
            match self.node(node, key, inner) {
                Some(node) => kept.list.push(node),
                None => kept.lost = true,
            }
            self.trail.leave_to(depth);
        }
        kept
    }
}

fn noun(shape: &Shape) -> &str {
    match shape {
        Shape::Table(table) => &table.noun,
        _ => "entry",
    }
}

fn missing_keys(span: std::ops::Range<usize>, missing: &[&Key], trail: &Trail) -> Finding {
    let names: Vec<String> = missing.iter().map(|key| format!("`{}`", key.name)).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    let texts: Vec<String> =
        missing.iter().map(|key| format!("`{}`: {}", key.name, key.text)).collect();
    let examples: Vec<String> = missing.iter().map(|key| mismatch::example(key)).collect();
    let what = format!("missing key{plural} {} in {trail}", names.join(" and "));
    Finding::error("missing-key", span, what)
        .why(texts.join(" "))
        .hint(format!("add {}", examples.join(" and ")))
}
