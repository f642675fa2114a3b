//! Matches a line against a pattern, from left to right and never back.

use memchr::memchr_iter;

use super::step::{Pattern, Step};
use crate::logs::draft::Draft;
use crate::logs::fault::Refusal;
use crate::logs::field::Field;
use crate::logs::haproxy::capture;
use crate::logs::line::Line;
use crate::logs::named::Kind;
use crate::logs::scratch::Escape;
use crate::logs::time::Clock;

impl Pattern {
    /// Reads a line; `room` is as long as the line or longer.
    pub(in crate::logs) fn read<'a>(
        &'a self,
        line: &'a [u8],
        room: &'a mut [u8],
        clock: &mut Clock,
    ) -> Result<Line<'a>, Refusal> {
        let mut draft = Draft::new(room, self.escape.within(line));
        self.fill(line, &mut draft, clock).map(|()| draft.done())
    }

    /// Puts what a text tells into a draft, which may hold more already.
    pub(in crate::logs) fn fill<'a>(
        &'a self,
        line: &'a [u8],
        draft: &mut Draft<'a>,
        clock: &mut Clock,
    ) -> Result<(), Refusal> {
        let Some(mut rest) = line.strip_prefix(&*self.head) else {
            return Err(Refusal::malformed("not what a line begins with", 0));
        };
        for step in &self.steps {
            let at = line.len() - rest.len();
            let part = match step.field {
                Field::Captures | Field::AnswerCaptures => step.capture(rest),
                _ => step.part(rest, self.escape),
            };
            let Some((value, behind)) = part else {
                if self.cut && matches!(step.field, Field::Request | Field::Target | Field::Path) {
                    // What is left of the field is all there is.
                    let put = draft.put(step.field, rest, &self.names, clock);
                    return put.map_err(|what| Refusal::malformed(what, 0));
                }
                return Err(Refusal::malformed("the end of a field is missing", at));
            };
            if step.cut_at.is_some_and(|most| value.len() >= most) {
                rest = behind;
                continue;
            }
            let put = match step.field {
                Field::Captures => {
                    capture(draft, value, &self.captures.request, Kind::Header);
                    Ok(())
                }
                Field::AnswerCaptures => {
                    capture(draft, value, &self.captures.response, Kind::Answer);
                    Ok(())
                }
                field => draft.put(field, value, &self.names, clock),
            };
            put.map_err(|what| Refusal::malformed(what, at))?;
            rest = behind;
        }
        if !rest.is_empty() && !self.open {
            return Err(Refusal::malformed("more than the format has", line.len() - rest.len()));
        }
        Ok(())
    }

    /// Puts in that there was nothing.
    pub(in crate::logs) fn fill_silent<'a>(&'a self, draft: &mut Draft<'a>) {
        self.steps.iter().for_each(|step| draft.silent(step.field, &self.names));
    }
}

impl Step {
    /// The field at the start, and what follows its end.
    fn part<'a>(&self, rest: &'a [u8], escape: Escape) -> Option<(&'a [u8], &'a [u8])> {
        let Some(&first) = self.end.first() else { return Some((rest, &[])) };
        if self.last {
            return rest.strip_suffix(&*self.end).map(|value| (value, &[][..]));
        }
        let mut inner = self.inner;
        for at in memchr_iter(first, rest) {
            let (before, from) = rest.split_at_checked(at)?;
            let Some(behind) = from.strip_prefix(&*self.end) else { continue };
            if inner > 0 && before != b"-" {
                inner -= 1;
                continue;
            }
            if !self.ends(first, before, behind, escape) {
                continue;
            }
            return Some((before, behind));
        }
        self.or_line_end.then_some((rest, &[][..]))
    }

    /// Whether what looks like the end of a field is one.
    fn ends(&self, first: u8, before: &[u8], behind: &[u8], escape: Escape) -> bool {
        if first == b'"' && escape == Escape::Backslash && before.last() == Some(&b'\\') {
            let signs = before.iter().rev().take_while(|byte| **byte == b'\\').count();
            if signs % 2 == 1 {
                return false;
            }
        }
        if self.number_follows && !matches!(behind.first(), Some(b'0'..=b'9' | b'-')) {
            return false;
        }
        // In a list, neither `, ` nor ` : ` ends it.
        let goes_on = first == b' '
            && self.field.is_list()
            && (before.ends_with(b",") || before.ends_with(b" :") || behind.starts_with(b": "));
        !goes_on
    }

    /// Captured headers in braces; without any, the space behind them is missing too.
    fn capture<'a>(&self, rest: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let after = |text: &'a [u8]| {
            let spaceless = self.end.strip_prefix(b" ").unwrap_or(&self.end);
            let behind = text.strip_prefix(&*self.end).or_else(|| text.strip_prefix(spaceless));
            behind.unwrap_or(text)
        };
        let Some(inside) = rest.strip_prefix(b"{") else { return Some((&[], after(rest))) };
        let end = memchr::memchr(b'}', inside)?;
        let (value, behind) = inside.split_at_checked(end)?;
        Some((value, after(behind.get(1..)?)))
    }
}
