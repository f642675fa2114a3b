//! The pipelines of docs/guides/audit.md: their lines are run as they stand there.

use std::path::Path;
use std::process::Command;

use super::files::TWICE;
use crate::support::Folder;

/// Goal: who copies a file from the guide has one that works. Method: each line of its pipelines
/// that runs the command, by a shell, with a file in which nothing is wrong and with one that has
/// an error: the build breaks then, unless the line says that it must not.
#[test]
fn the_pipelines_of_the_guide_work() {
    let lines = lines();
    assert_eq!(lines.len(), 5, "{lines:#?}");
    let clean = TWICE.replace("cookie a\n", "cookie b\n").replacen("cookie b\n", "cookie a\n", 1);
    for line in &lines {
        let breaks = i32::from(!line.contains("||"));
        assert_eq!(run(line, &clean), Some(0), "{line}");
        assert_eq!(run(line, TWICE), Some(breaks), "{line}");
    }
}

fn lines() -> Vec<String> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/audit.md");
    let text = std::fs::read_to_string(guide).expect("the guide");
    let mut blocks = text.split("```");
    let mut found = Vec::new();
    while let (Some(_), Some(block)) = (blocks.next(), blocks.next()) {
        let lines = block.strip_prefix("yaml\n").unwrap_or("").lines().map(str::trim);
        let words = ["run: evenkeel ", "- evenkeel ", "entry: evenkeel "];
        let lines = lines.filter(|line| words.iter().any(|word| line.starts_with(word)));
        found.extend(lines.map(|line| line[line.find("evenkeel").unwrap_or(0)..].to_owned()));
    }
    found
}

fn run(line: &str, text: &str) -> Option<i32> {
    let folder = Folder::new();
    let place = folder.path().join("haproxy");
    std::fs::create_dir(&place).expect("a folder");
    std::fs::write(place.join("haproxy.cfg"), text).expect("the configuration");
    let program = Path::new(env!("CARGO_BIN_EXE_evenkeel"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().expect("its folder").display());
    let mut shell = Command::new("bash");
    shell.args(["-e", "-c", line]).current_dir(folder.path()).env("PATH", path);
    let output = shell.env("GITHUB_STEP_SUMMARY", "summary.md").output().expect("bash runs");
    output.status.code()
}
