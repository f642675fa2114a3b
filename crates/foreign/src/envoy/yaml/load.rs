//! Builds the tree out of a text, with limits on depth and on what aliases multiply.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::node::{Field, Node, Value};
use super::template;
use crate::fault::SyntaxError;
use crate::placed::Placed;
use crate::source::{FileId, Sources, Span};

/// How deep values may nest; protobuf's own limit.
const DEPTH_MAX: usize = 100;

/// How many bytes anchors and aliases may add together.
const COPIED_MAX: usize = 32 << 20;

/// Values of a file that are read: each is kept, with its place.
pub(in crate::envoy) const VALUES_MAX: usize = 600_000;

/// Signs between values. Of what stands on one line, as JSON does, the reader keeps all at once.
const SIGNS_MAX: usize = 800_000;

/// What a value takes beside its text.
const VALUE_BYTES: usize = 64;

/// Reads the first document of a file. Further ones are an error, since Envoy reads none.
pub fn load(sources: &Sources, file: FileId) -> Result<Node, SyntaxError> {
    let text = sources.text(file);
    if let Some(at) = text.bytes().enumerate().filter(|it| is_sign(it.1)).nth(SIGNS_MAX) {
        let span = Span { file, start: at.0 as u32, end: at.0 as u32 + 1 };
        let what = format!("more values than the {VALUES_MAX} that are read of a file");
        return Err(SyntaxError::new(span, what));
    }
    let places = Places::of(text, file);
    let built = Builder::new(&places).run(text);
    built.map_err(|error| template::of_text(text, file).unwrap_or(error))
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}')
}

/// Turns places in characters into places in bytes.
struct Places {
    file: FileId,
    length: usize,
    /// Where each character begins; empty for a text of which each takes one byte.
    starts: Vec<u32>,
}

impl Places {
    fn of(text: &str, file: FileId) -> Places {
        let starts = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| at as u32).collect(),
        };
        Places { file, length: text.len(), starts }
    }

    fn byte(&self, index: usize) -> u32 {
        let at = if self.starts.is_empty() {
            index.min(self.length)
        } else {
            self.starts.get(index).map_or(self.length, |&at| at as usize)
        };
        at as u32
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        Span { file: self.file, start, end: end.max(start) }
    }

    fn error(&self, error: &ScanError) -> SyntaxError {
        let start = self.byte(error.marker().index());
        let span = Span { file: self.file, start, end: start };
        SyntaxError::new(span, format!("this is no YAML: {}", error.info()))
    }
}

struct Builder<'p> {
    places: &'p Places,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    copied: usize,
    /// How many values may still be read.
    left: usize,
    root: Option<Node>,
}

/// A list or map that is being read.
struct Open {
    node: Node,
    anchor: usize,
    /// The bytes that a copy of it takes.
    size: usize,
    key: Option<Placed<String>>,
}

impl<'p> Builder<'p> {
    fn new(places: &'p Places) -> Builder<'p> {
        let (open, anchors, root) = Default::default();
        Builder { places, open, anchors, copied: 0, left: VALUES_MAX, root }
    }

    fn run(mut self, text: &str) -> Result<Node, SyntaxError> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| self.places.error(&error))?;
            let span = self.places.span(span);
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let what = "a second document begins here, which Envoy does not read";
                    return Err(SyntaxError::new(span, what).expected("one document in a file"));
                }
            }
            let is_value = matches!(
                event,
                Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..)
            );
            self.left = self.left.checked_sub(usize::from(is_value)).ok_or_else(|| {
                let what = format!("more values than the {VALUES_MAX} that are read of a file");
                SyntaxError::new(span, what)
            })?;
            self.event(event, span)?;
        }
        let empty = Span { file: self.places.file, start: 0, end: 0 };
        Ok(self.root.unwrap_or(Node { value: Value::Null, span: empty }))
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let field = self.open.last().and_then(|open| open.key.as_ref());
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let field = field.map(|key| key.value.as_str());
                if !is_block && let Some(error) = template::of_value(&text, field, span) {
                    return Err(error);
                }
                let is_null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                let value = match is_null {
                    true => Value::Null,
                    false => Value::Text(text.into_owned()),
                };
                let size = VALUE_BYTES + (span.end - span.start) as usize;
                self.add(Node { value, span }, anchor, size, ignored(tag.as_deref()))
            }
            Event::SequenceStart(anchor, _) => self.enter(Value::List(Vec::new()), span, anchor),
            Event::MappingStart(anchor, _) => self.enter(Value::Map(Vec::new()), span, anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(mut done) = self.open.pop() else { return Ok(()) };
                done.node.span = done.node.span.to(self.trimmed(&done.node, span));
                self.add(done.node, done.anchor, done.size, false)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Ok(()),
        }
    }

    /// The end of a block without braces is where its last value ends.
    fn trimmed(&self, node: &Node, end: Span) -> Span {
        if end.end > end.start {
            return end;
        }
        let last = match &node.value {
            Value::List(items) => items.last().map(|item| item.span),
            Value::Map(fields) => fields.last().map(|field| field.key.span.to(field.value.span)),
            _ => None,
        };
        // What an alias repeats stands elsewhere.
        last.filter(|last| last.end <= end.end && last.end >= node.span.start).unwrap_or(end)
    }

    fn enter(&mut self, value: Value, span: Span, anchor: usize) -> Result<(), SyntaxError> {
        if self.open.len() >= DEPTH_MAX {
            let what = format!("more than {DEPTH_MAX} values within each other");
            return Err(SyntaxError::new(span, what));
        }
        self.open.push(Open { node: Node { value, span }, anchor, size: VALUE_BYTES, key: None });
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(SyntaxError::new(span, "this repeats a value that it is a part of"));
        };
        let size = *size;
        self.copied = self.copied.saturating_add(size);
        if self.copied > COPIED_MAX {
            return Err(too_much(span));
        }
        let node = node.clone();
        self.add(node, 0, size, false)
    }

    fn add(
        &mut self,
        node: Node,
        anchor: usize,
        size: usize,
        ignored: bool,
    ) -> Result<(), SyntaxError> {
        if anchor > 0 {
            // An anchor is a copy as well.
            self.copied = self.copied.saturating_add(size);
            if self.copied > COPIED_MAX {
                return Err(too_much(node.span));
            }
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.size = open.size.saturating_add(size);
        match (&mut open.node.value, open.key.take()) {
            (Value::Map(_), None) if ignored => {
                open.key = Some(Placed::new(IGNORED.to_owned(), node.span));
            }
            (Value::Map(_), None) => open.key = Some(key(node)?),
            (Value::Map(fields), Some(key)) if key.value != IGNORED => {
                fields.push(Field { key, value: node });
            }
            (Value::List(items), _) => items.push(node),
            _ => {}
        }
        Ok(())
    }
}

/// Stands for the name of a field that Envoy leaves out, while its anchors stand.
const IGNORED: &str = "\0!ignore";

fn too_much(span: Span) -> SyntaxError {
    let what = format!("anchors and aliases add more than {COPIED_MAX} bytes");
    SyntaxError::new(span, what).expected("a file that grows no further")
}

fn key(node: Node) -> Result<Placed<String>, SyntaxError> {
    match node.value {
        Value::Text(text) => Ok(Placed::new(text, node.span)),
        Value::Null => Ok(Placed::new(String::new(), node.span)),
        _ => {
            let what = "a list or a map cannot be the name of a field";
            Err(SyntaxError::new(node.span, what).expected("a text"))
        }
    }
}

fn ignored(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| tag.handle == "!" && tag.suffix == "ignore")
}
