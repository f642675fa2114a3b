//! Chooses the changes that can be made together.

use std::collections::BTreeMap;

use foreign::{Placed, Sources};

use super::text::Part;
use crate::finding::Finding;

/// Changes of files, by their names, and the findings that they mend.
#[derive(Debug, Default)]
pub(super) struct Chosen<'a> {
    pub(super) files: BTreeMap<String, Vec<Part>>,
    pub(super) mended: Vec<&'a Finding>,
    /// Could be mended, but not together with another one: the next time.
    pub(super) later: usize,
}

/// The first of those that clash wins; a change of several parts is made whole or not at all.
pub(super) fn choose<'a>(findings: &'a [Finding], sources: &Sources) -> Chosen<'a> {
    let mut chosen = Chosen::default();
    for finding in findings {
        let Some(edit) = &finding.fix else { continue };
        let parts: Vec<(String, Part)> =
            edit.parts.iter().map(|part| placed(part, sources)).collect();
        let clashes = parts.iter().any(|(name, part)| {
            let others = chosen.files.get(name).into_iter().flatten();
            others.into_iter().any(|other| part.clashes(other))
        });
        if clashes {
            chosen.later += 1;
            continue;
        }
        for (name, part) in parts {
            let all = chosen.files.entry(name).or_default();
            // A file that is included twice was read twice.
            if !all.contains(&part) {
                all.push(part);
            }
        }
        chosen.mended.push(finding);
    }
    chosen
}

fn placed(part: &Placed<String>, sources: &Sources) -> (String, Part) {
    let (start, end) = (part.span.start as usize, part.span.end as usize);
    let name = sources.name(part.span.file).to_owned();
    (name, Part { start, end, text: part.value.clone() })
}
