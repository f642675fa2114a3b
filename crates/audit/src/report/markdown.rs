//! For a pull request: a table, and what is behind each of its rows.

use std::fmt::Write;

use super::place::region;
use super::view::View;
use crate::finding::Finding;

/// One comment.
pub fn markdown(view: &View<'_>) -> String {
    let mut out = format!("## Evenkeel audit: {}\n", view.summary());
    for error in &view.subject.errors {
        let region = region(view, error.span);
        let (file, line) = (region.path.replace(['`', '|'], "_"), region.line);
        let (column, what) = (region.column, cell(&error.words()));
        let _ = writeln!(out, "\n**Not readable** at `{file}:{line}:{column}`: {what}");
    }
    let findings = &view.audit.findings;
    if !findings.is_empty() {
        out.push_str("\n| | rule | where | what |\n|---|---|---|---|\n");
    }
    for finding in findings {
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        let (place, what) = (place(view, finding), cell(&finding.what));
        let _ = writeln!(out, "| {severity} | {} {} | {place} | {what} |", rule.id, rule.name);
    }
    let mut told = Vec::new();
    for finding in findings {
        let rule = finding.rule;
        if !told.contains(&rule.id) {
            told.push(rule.id);
            let title = format!("{} {}", rule.id, rule.name);
            let _ = write!(out, "\n<details><summary>{title}</summary>\n\n");
            let _ = write!(out, "{}\n\n**Fix:** {}\n\n</details>\n", rule.why, rule.fix);
        }
    }
    if !view.audit.suppressed.is_empty() {
        out.push_str("\n| allowed | where | reason | until |\n|---|---|---|---|\n");
    }
    for one in &view.audit.suppressed {
        let until = one.until.map_or_else(|| "–".to_owned(), |day| day.to_string());
        let (place, reason) = (place(view, &one.finding), cell(&one.reason));
        let _ = writeln!(out, "| {} | {place} | {reason} | {until} |", one.finding.rule.id);
    }
    out
}

fn place(view: &View<'_>, finding: &Finding) -> String {
    let Some(span) = finding.span else { return "–".to_owned() };
    let region = region(view, span);
    format!("`{}:{}`", region.path.replace(['`', '|'], "_"), region.line)
}

/// Text that stays in its cell, and is text.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' => out.push_str("\\|"),
            '<' => out.push_str("&lt;"),
            '@' => out.push_str("&#64;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_words_stay_in_their_cell() {
        assert_eq!(cell("a|b\n<c> @d"), "a\\|b &lt;c> &#64;d");
    }
}
