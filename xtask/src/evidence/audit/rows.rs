//! Lists for programs and for the review: values with tabs between.

use std::fmt::Write as _;

use super::ours::Ended;
use super::survey::Seen;

/// Every file with what became of it.
pub(super) fn files(seen: &[Seen]) -> String {
    let mut text = "product\trepository\tpath\tsha256\tvalid\tread\n".to_owned();
    for Seen { entry, verdict, run } in seen {
        let read = run.ended == Ended::Read;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}\t{read}",
            entry.product.folder(),
            entry.repository,
            entry.path,
            entry.sha256,
            verdict.accepted
        );
    }
    text
}

/// Every finding, in the order of the review, and what kept a file from being read.
pub(super) fn findings(seen: &[Seen]) -> String {
    let mut text = String::new();
    for Seen { entry, verdict, run } in seen {
        let file = format!(
            "{}\t{}\t{}\t{}",
            entry.product.folder(),
            entry.repository,
            entry.path,
            entry.sha256
        );
        for found in &run.findings {
            let (line, what) = (found.line(), found.what.replace(['\n', '\t'], " "));
            let _ = writeln!(
                text,
                "{file}\t{}\t{line}\t{}\t{}\t{what}",
                found.rule, found.severity, verdict.accepted
            );
        }
        if run.ended != Ended::Read || !verdict.accepted {
            let said = verdict.words.lines().filter(|line| !line.contains("NOTICE"));
            let said = said.collect::<Vec<_>>().join(" | ").replace('\t', " ");
            let _ = writeln!(text, "{file}\t-\t0\t{:?}\t{}\t{said}", run.ended, verdict.accepted);
        }
    }
    text
}
