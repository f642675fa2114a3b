//! Puts a pattern together from texts and fields, and settles what stands side by side.

use super::step::{Pattern, Shape, Step};
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::scratch::Escape;

/// A format's text is no longer than this.
const TEXT_MAX: usize = 64 << 10;

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(Vec<u8>),
    Field(Field, Shape),
}

/// A pattern in the making.
#[derive(Debug, Default)]
pub(super) struct Build {
    parts: Vec<Part>,
    names: Vec<Box<[u8]>>,
}

impl Build {
    /// Refuses a text that nobody has written.
    pub(super) fn of(text: &[u8]) -> Result<Build, FormatFault> {
        if text.len() > TEXT_MAX {
            let what = format!("{} bytes", text.len());
            return Err(FormatFault { at: TEXT_MAX, what, expected: "at most 65536" });
        }
        Ok(Build::default())
    }

    pub(super) fn byte(&mut self, byte: u8) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push(byte),
            _ => self.parts.push(Part::Text(vec![byte])),
        }
    }

    /// Whether another space would be the second one, or the first of the line.
    pub(super) fn ends_with_space(&self) -> bool {
        match self.parts.last() {
            Some(Part::Text(text)) => text.ends_with(b" "),
            Some(Part::Field(..)) => false,
            None => true,
        }
    }

    pub(super) fn field(&mut self, field: Field) {
        self.shaped(field, Shape::default());
    }

    /// A field of whose text more is known.
    pub(super) fn shaped(&mut self, field: Field, shape: Shape) {
        self.parts.push(Part::Field(field, shape));
    }

    /// Where a name is kept. What is beyond the limit of a pattern shares the last place, and no
    /// line keeps that many.
    pub(super) fn name(&mut self, name: &[u8]) -> u16 {
        let place = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        self.names.push(name.into());
        place
    }

    /// A field of the request's head, in the place that is its own or under its name.
    pub(super) fn header(&mut self, name: &[u8]) -> Field {
        let lower = name.to_ascii_lowercase();
        match lower.as_slice() {
            b"host" | b":authority" => Field::Host,
            b":method" => Field::Method,
            b":path" => Field::TargetGuess,
            b"x-envoy-original-path" => Field::Target,
            b"user-agent" => Field::Agent,
            b"referer" => Field::Referer,
            b"cookie" => Field::Cookies,
            b"x-forwarded-for" => Field::Forwarded,
            b"x-request-id" => Field::Id,
            _ => Field::Header(self.name(name)),
        }
    }

    /// The pattern; refused where nothing of it can be told.
    pub(super) fn done(mut self, escape: Escape, open: bool) -> Result<Pattern, FormatFault> {
        self.settle();
        if !self
            .parts
            .iter()
            .any(|part| matches!(part, Part::Field(field, _) if *field != Field::Skip))
        {
            let what = "no variable that tells of a request".to_owned();
            return Err(FormatFault { at: 0, what, expected: "at least one" });
        }
        let mut pattern = Pattern { names: self.names, escape, open, ..Pattern::default() };
        let mut parts = self.parts.into_iter().peekable();
        if let Some(Part::Text(text)) = parts.next_if(|part| matches!(part, Part::Text(_))) {
            pattern.head = text.into();
        }
        while let Some(part) = parts.next() {
            let Part::Field(field, shape) = part else { continue };
            let end = match parts.next_if(|part| matches!(part, Part::Text(_))) {
                Some(Part::Text(text)) => text.into_boxed_slice(),
                _ => Box::default(),
            };
            let number_follows = matches!(parts.peek(), Some(Part::Field(Field::Status, _)));
            let is_last = parts.peek().is_none();
            let last = is_last && !open;
            let (inner, cut_at) = (shape.inner(&end), shape.cut_at);
            let mut step =
                Step { field, end, or_line_end: false, last, number_follows, inner, cut_at };
            if step.end.is_empty() && is_last && open {
                step.end = Box::new(*b" ");
                step.or_line_end = true;
            }
            pattern.steps.push(step);
        }
        Ok(pattern)
    }

    /// Fields with nothing between them: those that belong together become one, of others nobody
    /// can tell where one ends.
    fn settle(&mut self) {
        let mut settled: Vec<Part> = Vec::with_capacity(self.parts.len());
        for part in self.parts.drain(..) {
            match (settled.last_mut(), part) {
                (Some(Part::Field(before, shape)), Part::Field(field, _)) => {
                    (*before, *shape) = (both(*before, field), Shape::default());
                }
                (_, part) => settled.push(part),
            }
        }
        self.parts = settled;
    }
}

fn both(first: Field, second: Field) -> Field {
    match (first, second) {
        (Field::Path | Field::Target, Field::Query) => Field::Target,
        (Field::Host, Field::Target | Field::TargetGuess | Field::Path) => Field::HostTarget,
        (Field::HostTarget, Field::Query) => Field::HostTarget,
        _ => Field::Skip,
    }
}
