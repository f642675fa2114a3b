//! The reference of all rules, and a rule's page on a terminal.

use std::fmt::{self, Write};

use crate::page::pages;
use crate::rule::{Doc, Needs};

/// The log is that of `rules/testing.rs`.
const LOG: &str = "an access log, `--log`. The examples are judged with one of 12,000 requests \
                   within an hour, each of 3 s, from 1,000 addresses, of which one sends 40 %";

/// The balancer is that of `rules/testing.rs`.
const RUNNING: &str = "a balancer that runs the configuration, `--running`. The examples are \
                       judged with one whose pool `portal` has `web1` at 10.0.0.1:80 and `web2` \
                       at 10.0.0.2:80, each of weight 1";

const INTRODUCTION: &str = include_str!("reference/introduction.md");

/// The reference page of all rules, in Markdown.
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n| rule | severity | judges | finds |\n|---|---|---|---|\n");
    for doc in pages() {
        let link = format!("[{} {}](#{}-{})", doc.id, doc.name, doc.id.to_lowercase(), doc.name);
        let (severity, judges) = (doc.severity.as_str(), judges(doc));
        let _ = writeln!(page, "| {link} | {severity} | {judges} | {} |", doc.what);
    }
    for doc in pages() {
        let _ = write!(page, "\n## {} {}\n\n", doc.id, doc.name);
        let _ = write!(page, "{} *({})*\n\n{}\n\n", doc.what, doc.severity.as_str(), doc.why);
        let _ = write!(page, "**How that is known:** {}\n\n", doc.source);
        if let Some(needs) = needs(doc) {
            let _ = write!(page, "**Needs** {needs}.\n\n");
        }
        for example in doc.examples {
            let (title, bad, good) = (example.product.title(), example.bad, example.good);
            let _ = write!(page, "{title}, found:\n\n```\n{}\n```\n\n", bad.trim_end());
            let _ = write!(page, "{title}, not found:\n\n```\n{}\n```\n\n", good.trim_end());
        }
        let _ = writeln!(page, "**Fix:** {}", doc.fix);
    }
    page
}

fn judges(doc: &Doc) -> String {
    let titles: Vec<&str> = doc.products().into_iter().map(|product| product.title()).collect();
    titles.join(", ")
}

fn needs(doc: &Doc) -> Option<&'static str> {
    match doc.needs {
        Needs::Text => None,
        Needs::Log => Some(LOG),
        Needs::Running => Some(RUNNING),
        Needs::Policy => Some("a policy that asks for it"),
        Needs::Fleet => Some("several configurations of one role"),
    }
}

/// The page as `evenkeel explain` prints it.
impl fmt::Display for Doc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} ({})", self.id, self.name, self.severity.as_str())?;
        writeln!(f, "\n{}\n\nWhy it is bad\n  {}", self.what, self.why)?;
        writeln!(f, "\nHow that is known\n  {}", self.source)?;
        if let Some(needs) = needs(self) {
            writeln!(f, "\nNeeds\n  {needs}")?;
        }
        for example in self.examples {
            let title = example.product.title();
            writeln!(f, "\n{title}, found\n{}", indented(example.bad))?;
            writeln!(f, "\n{title}, not found\n{}", indented(example.good))?;
        }
        writeln!(f, "\nFix\n  {}", self.fix)
    }
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
