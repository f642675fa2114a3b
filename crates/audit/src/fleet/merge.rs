//! One subject of several: reports show places of all their files.

use foreign::{Placed, Shift, Sources, Span, SyntaxError};

use crate::finding::{Edit, Finding};
use crate::subject::Subject;

/// The files of all, and what leads from each one's places to these.
pub(super) fn sources(subjects: &[Subject]) -> (Sources, Vec<Shift>) {
    let mut all = Sources::default();
    let shifts = subjects.iter().map(|subject| all.append(subject.sources())).collect();
    (all, shifts)
}

/// The first one, with the files of all, and what any of their balancers would refuse.
pub(super) fn subjects(
    subjects: Vec<Subject>,
    shifts: &[Shift],
    sources: Sources,
) -> Option<Subject> {
    let errors = subjects.iter().zip(shifts).flat_map(|(subject, shift)| {
        let moved =
            |error: &SyntaxError| SyntaxError { span: shift.of(error.span), ..error.clone() };
        subject.errors.iter().map(moved)
    });
    let errors = errors.collect();
    Some(subjects.into_iter().next()?.with(sources, errors))
}

/// A finding, with the places of all files.
pub(super) fn finding(found: Finding, shift: Shift) -> Finding {
    let place = |span: Span| shift.of(span);
    let text = |it: Placed<String>| Placed::new(it.value, shift.of(it.span));
    Finding {
        span: found.span.map(place),
        related: found.related.into_iter().map(text).collect(),
        fix: found.fix.map(|edit| Edit {
            what: edit.what,
            parts: edit.parts.into_iter().map(text).collect(),
        }),
        ..found
    }
}
