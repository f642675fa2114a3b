//! Reads a line of JSON into a request.

use super::dialect::{Dialect, Meaning};
use super::memory::Memory;
use super::scan::{Value, scan};
use crate::logs::draft::Draft;
use crate::logs::fault::Refusal;
use crate::logs::field::Field;
use crate::logs::line::Line;
use crate::logs::named::Kind;
use crate::logs::time::Clock;
use crate::logs::told::Silent;

/// A logger's own words before the object are no longer than this.
const PREFIX_MAX: usize = 256;

/// Reads JSON lines.
#[derive(Clone, Debug)]
pub(in crate::logs) struct Json {
    dialect: Dialect,
    memory: Memory,
}

impl Json {
    pub(in crate::logs) fn new(dialect: Dialect) -> Json {
        Json { dialect, memory: Memory::default() }
    }

    /// Reads a line; `room` is as long as the line or longer.
    pub(in crate::logs) fn read<'a>(
        &mut self,
        line: &'a [u8],
        room: &'a mut [u8],
        clock: &mut Clock,
    ) -> Result<Line<'a>, Refusal> {
        let (begins, object) = object(line)?;
        let mut draft = Draft::new(room, self.dialect.escape().within(object));
        let (mut marks, mut elsewhere, mut place) = (0_u32, false, 0);
        let mut hides = false;
        let dialect = self.dialect;
        scan(object, |path, value| {
            place += 1;
            let is_null = matches!(value, Value::Word(b"null"));
            let text = match value {
                Value::Word(b"null") => b"",
                Value::Word(b"true" | b"false") => return Ok(()),
                Value::Word(text) | Value::Text(text, _) => text,
            };
            match self.memory.meaning(dialect, place - 1, path) {
                Meaning::Nothing => {}
                Meaning::Mark | Meaning::Logger if is_null => {}
                Meaning::Field(field) if is_null => draft.silent(field, &[]),
                Meaning::Mark => marks = marks.saturating_add(1),
                // Caddy tells an error again in a log of its own.
                Meaning::Logger if text.starts_with(b"http.log.access") => marks = 1,
                Meaning::Logger => elsewhere = true,
                Meaning::Field(Field::Binding) => {
                    marks = marks.saturating_add(1);
                    put(dialect, &mut draft, Field::Binding, text, clock)?;
                }
                Meaning::Field(field) => put(dialect, &mut draft, field, text, clock)?,
                Meaning::Header(name) => {
                    // Caddy hides what may hold a secret.
                    hides |= text == b"REDACTED";
                    match draft.told(text) {
                        Some(b"REDACTED") => {}
                        Some(plain) => draft.header(name, plain),
                        None => draft.silent_header(name),
                    }
                }
                Meaning::Answer(name) => named(&mut draft, Kind::Answer, name, text),
                Meaning::Cookie(name) => named(&mut draft, Kind::Cookie, name, text),
            }
            Ok(())
        })
        .map_err(|refusal| refusal.behind(begins))?;
        if elsewhere {
            return Err(Refusal::Aside("a line of another log"));
        }
        if dialect == Dialect::Caddy && !hides {
            draft.line.silent.add(Silent::HEADERS);
        }
        let line = draft.done();
        if self.dialect.holds(&line, marks) {
            return Ok(line);
        }
        Err(Refusal::malformed("an object that tells of no request", begins))
    }
}

/// The object of a line, and where it begins: loggers write words of their own before it.
pub(super) fn object(line: &[u8]) -> Result<(usize, &[u8]), Refusal> {
    let head = line.get(..PREFIX_MAX).unwrap_or(line);
    let begins = match line.first() {
        Some(b'{') => 0,
        _ => memchr::memchr(b'{', head).ok_or_else(|| Refusal::malformed("no object", 0))?,
    };
    Ok((begins, line.get(begins..).unwrap_or_default()))
}

fn put<'a>(
    dialect: Dialect,
    draft: &mut Draft<'a>,
    field: Field,
    text: &'a [u8],
    clock: &mut Clock,
) -> Result<(), &'static str> {
    let put = draft.put(field, text, &[], clock);
    match dialect {
        // A name that many share may mean another thing here.
        Dialect::Generic => Ok(()),
        _ => put,
    }
}

fn named<'a>(draft: &mut Draft<'a>, kind: Kind, name: &'a [u8], text: &'a [u8]) {
    match draft.told(text) {
        Some(plain) => draft.line.named.push(kind, name, plain),
        None if kind == Kind::Cookie => draft.line.named.push(kind, name, b""),
        None => {}
    }
}
