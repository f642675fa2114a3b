//! The report: what was promised and seen, the files, the rules, and where they came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::collection::Product;
use super::ours::Ended;
use super::review::{self, Judgement, Tally};
use super::survey::Seen;

/// What was run, as it names itself.
pub(super) struct Programs {
    pub(super) haproxy: String,
    pub(super) nginx: String,
    pub(super) envoy: String,
}

const FILES_MIN: usize = 300;
const READ_MIN: f64 = 98.0;
const REVIEWED_MIN: usize = 60;

/// The report as Markdown.
pub(super) fn markdown(seen: &[Seen], judgements: &[Judgement], programs: &Programs) -> String {
    let tallies = review::tally(judgements, seen);
    let mut text = format!(
        "# Audit: what it makes of configurations that people have\n\n\
         Written by `cargo xtask evidence audit`. Files of public repositories, none of which is \
         part of this one, were given to the programs that they are for:\n\n\
         - {}\n- {}\n- {}\n\n\
         *Valid* is what such a program accepts. Certificates, files, users and hosts that a file \
         names and that are elsewhere were put in place first, without a change of its text, and a \
         part of nginx's was put inside the rest of a configuration. What needs a newer version, \
         or a module that Debian does not build, is not valid here. The audit then read each file \
         alone, and found out by itself whose it is.\n",
        programs.haproxy, programs.nginx, programs.envoy,
    );
    promises(&mut text, seen, judgements, &tallies);
    products(&mut text, seen);
    refused(&mut text, seen);
    rules(&mut text, seen, &tallies);
    repositories(&mut text, seen);
    text += "\n## Again\n\n```sh\ncargo xtask evidence audit --files DIR\n```\n";
    text
}

fn promises(
    text: &mut String,
    seen: &[Seen],
    judgements: &[Judgement],
    tallies: &BTreeMap<String, Tally>,
) {
    *text += "\n## Promised and seen\n\n| | promised | seen | |\n|---|---|---|---|\n";
    let mut row = |what: &str, bound: &str, seen: String, met: bool| {
        let word = if met { "met" } else { "**not met**" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {what} | {bound} | {seen} | {word} |");
    };
    let valid = seen.iter().filter(|seen| seen.verdict.accepted).count();
    let met = valid >= FILES_MIN;
    row("valid files", &format!("≥ {FILES_MIN}"), format!("{valid} of {}", seen.len()), met);
    let crashes = seen.iter().filter(|seen| is_crash(seen)).count();
    row("crashes", "0", crashes.to_string(), crashes == 0);
    let read = seen.iter().filter(|seen| seen.verdict.accepted && is_read(seen)).count();
    let percent = percent(read, valid);
    let shown = format!("{read}, {percent:.1} %");
    row("valid files that are read", &format!("≥ {READ_MIN} %"), shown, percent >= READ_MIN);
    let files = Product::ALL.map(|product| review::files(judgements, seen, product));
    let met = files.iter().sum::<usize>() >= REVIEWED_MIN;
    let each = Product::ALL.iter().zip(files).map(|(it, count)| format!("{count} {}", it.name()));
    let shown = each.collect::<Vec<_>>().join(", ");
    row("files whose findings were reviewed", &format!("≥ {REVIEWED_MIN}"), shown, met);
    let wrong: Vec<&str> = tallies
        .iter()
        .filter(|(_, tally)| tally.is_too_wrong())
        .map(|(rule, _)| rule.as_str())
        .collect();
    let shown = if wrong.is_empty() { "none".to_owned() } else { wrong.join(", ") };
    row("rules wrong more than 1 time in 20", "none", shown, wrong.is_empty());
}

fn products(text: &mut String, seen: &[Seen]) {
    *text += "\n## Files\n\n| | files | valid | valid and read | % | crashes | slowest |\n\
              |---|---:|---:|---:|---:|---:|---:|\n";
    for product in Product::ALL {
        let of: Vec<&Seen> = seen.iter().filter(|seen| seen.entry.product == product).collect();
        let valid = of.iter().filter(|seen| seen.verdict.accepted).count();
        let read = of.iter().filter(|seen| seen.verdict.accepted && is_read(seen)).count();
        let crashes = of.iter().filter(|seen| is_crash(seen)).count();
        let slowest = of.iter().map(|seen| seen.run.took.as_millis()).max().unwrap_or(0);
        let _ = writeln!(
            text,
            "| {} | {} | {valid} | {read} | {:.1} | {crashes} | {slowest} ms |",
            product.name(),
            of.len(),
            percent(read, valid)
        );
    }
    *text += "\nTimes are those of a processor, in a build without optimisation. Which file is \
              which stands in [audit-files.tsv](audit-files.tsv).\n";
}

fn refused(text: &mut String, seen: &[Seen]) {
    let refused: Vec<String> = seen
        .iter()
        .filter(|seen| seen.verdict.accepted)
        .filter_map(|seen| match &seen.run.ended {
            Ended::Read => None,
            Ended::Refused(why) | Ended::Crashed(why) => {
                Some(format!("- {} `{}`: {why}\n", seen.entry.repository, seen.entry.path))
            }
        })
        .collect();
    if !refused.is_empty() {
        *text += "\nValid, and not read:\n\n";
        *text += &refused.concat();
    }
}

fn rules(text: &mut String, seen: &[Seen], tallies: &BTreeMap<String, Tally>) {
    *text += "\n## Findings, and the review\n\n\
              Each finding that was reviewed was held against its file by eye. It is *right* when \
              it is true of the file, when its text is true of the product, and when it is worth \
              its severity to somebody who runs that file; a sample that is no production is \
              judged as if it were. What was thought of each stands in \
              [audit-review.tsv](audit-review.tsv). *Mended* are those that were wrong at first, \
              and whose rule says something else by now. It is the judgement of one reader. How \
              often a rule is wrong that found nothing in these files is not known.\n\n\
              | rule | name | findings | files | reviewed | right | wrong | % wrong | mended |\n\
              |---|---|---:|---:|---:|---:|---:|---:|---:|\n";
    let mut found: BTreeMap<&str, (&str, usize, BTreeSet<&str>)> = BTreeMap::new();
    for seen in seen.iter().filter(|seen| is_read(seen)) {
        for finding in &seen.run.findings {
            let row = found.entry(&finding.rule).or_insert((&finding.name, 0, BTreeSet::new()));
            row.1 += 1;
            row.2.insert(&seen.entry.sha256);
        }
    }
    for (rule, (name, count, files)) in &found {
        let tally = tallies.get(*rule).copied().unwrap_or_default();
        let reviewed = tally.right + tally.wrong;
        let _ = writeln!(
            text,
            "| {rule} | {name} | {count} | {} | {reviewed} | {} | {} | {:.1} | {} |",
            files.len(),
            tally.right,
            tally.wrong,
            percent(tally.wrong, reviewed),
            tally.mended
        );
    }
}

fn repositories(text: &mut String, seen: &[Seen]) {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for seen in seen {
        let row = counts.entry(&seen.entry.repository).or_default();
        for (count, product) in row.iter_mut().zip(Product::ALL) {
            *count += usize::from(seen.entry.product == product);
        }
    }
    let _ = write!(
        text,
        "\n## Where they are from\n\n{} repositories:\n\n\
         | | HAProxy | nginx | Envoy |\n|---|---:|---:|---:|\n",
        counts.len()
    );
    for (repository, [haproxy, nginx, envoy]) in counts {
        let _ = writeln!(text, "| {repository} | {haproxy} | {nginx} | {envoy} |");
    }
}

fn is_read(seen: &Seen) -> bool {
    seen.run.ended == Ended::Read
}

fn is_crash(seen: &Seen) -> bool {
    matches!(seen.run.ended, Ended::Crashed(_))
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::super::collection::Entry;
    use super::super::ours::{Finding, Place, Run};
    use super::super::review::Opinion;
    use super::super::verdict::Verdict;
    use super::*;

    fn seen(ended: Ended, line: u32) -> Seen {
        let entry = Entry {
            product: Product::Nginx,
            repository: "some/one".to_owned(),
            path: format!("{line}.conf"),
            file: PathBuf::new(),
            sha256: format!("{line}"),
        };
        let finding = Finding {
            rule: "EKA302".to_owned(),
            name: "per-worker-state".to_owned(),
            severity: "warning".to_owned(),
            place: Some(Place { line }),
            what: String::new(),
        };
        let run = Run { ended, findings: vec![finding], took: Duration::ZERO };
        let verdict = Verdict { accepted: true, words: String::new() };
        Seen { entry, verdict, run }
    }

    fn page(seen: &[Seen], judgements: &[Judgement]) -> String {
        let program = || "P".to_owned();
        let programs = Programs { haproxy: program(), nginx: program(), envoy: program() };
        markdown(seen, judgements, &programs)
    }

    /// Goal: one file in fifty that is not read is the most, and it is named.
    #[test]
    fn a_file_that_is_not_read_is_told() {
        let mut all = vec![seen(Ended::Read, 1); 300];
        let refused = || seen(Ended::Refused("7:1: no".to_owned()), 2);
        all.extend([refused(), refused(), refused()]);
        let text = page(&all, &[]);
        assert!(text.contains("| 300, 99.0 % | met |"), "{text}");
        assert!(text.contains("- some/one `2.conf`: 7:1: no"), "{text}");
        all.extend([refused(), refused(), refused(), refused()]);
        assert!(page(&all, &[]).contains("| 300, 97.7 % | **not met** |"));
    }

    /// Goal: a rule that is wrong too often is named, and a mended finding is no wrong one.
    #[test]
    fn a_rule_that_is_wrong_is_told() {
        let all: Vec<Seen> = (1..=19).map(|line| seen(Ended::Read, line)).collect();
        let judged = |wrong: Opinion| {
            let judge = |line: u32| Judgement {
                repository: "some/one".to_owned(),
                path: format!("{line}.conf"),
                sha256: format!("{line}"),
                rule: "EKA302".to_owned(),
                line,
                opinion: if line == 1 { wrong } else { Opinion::Right },
            };
            page(&all, &(1..=19).map(judge).collect::<Vec<_>>())
        };
        let text = judged(Opinion::Wrong);
        assert!(text.contains("| none | EKA302 | **not met** |"), "{text}");
        assert!(text.contains("| 19 | 19 | 19 | 18 | 1 | 5.3 | 0 |"), "{text}");
        let text = judged(Opinion::Mended);
        assert!(text.contains("| 19 | 19 | 19 | 19 | 0 | 0.0 | 1 |"), "{text}");
    }
}
