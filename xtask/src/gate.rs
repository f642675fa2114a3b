//! `cargo xtask ci`: the one gate. Every step runs, whatever the ones before it said.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::process::{cargo, keep};
use crate::{children, deny, miri, suite, tidy};

/// How a step went.
pub(crate) enum Verdict {
    Passed,
    /// Not run on this machine, and why.
    Skipped(String),
    /// What it printed, or why it could not run.
    Failed(String),
}

struct Step {
    name: &'static str,
    /// What a person types to run this step alone.
    command: &'static str,
    run: fn(&Path) -> Verdict,
}

/// Cheapest first: a missing newline should not cost a quarter of an hour.
const STEPS: [Step; 8] = [
    Step { name: "fmt", command: "cargo fmt --all --check", run: fmt },
    Step { name: "tidy", command: "cargo xtask tidy", run: |root| from(tidy::run(root)) },
    Step { name: "deny", command: "cargo xtask deny", run: |root| from(deny::run(root)) },
    Step { name: "clippy", command: "cargo clippy --workspace --all-targets", run: clippy },
    Step {
        name: "fuzz",
        command: "cargo check --manifest-path fuzz/Cargo.toml --target-dir target/fuzz",
        run: fuzz,
    },
    Step { name: "test", command: "cargo xtask test", run: |root| from(suite::run(root)) },
    Step { name: "doc", command: "cargo doc --no-deps --workspace", run: doc },
    Step { name: "miri", command: "cargo +nightly miri test -p balance", run: miri::run },
];

/// A step that takes longer is stuck; the whole gate stays under twenty minutes.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A failing step may print a whole build; its beginning names the first error.
const LINES_SHOWN: usize = 120;

pub(crate) fn run(root: &Path) -> Result<(), Fault> {
    children::end_on_signals()?;
    let start = Instant::now();
    let mut results = Vec::new();
    for step in &STEPS {
        println!("==> {}: {}", step.name, step.command);
        let begun = Instant::now();
        let verdict = (step.run)(root);
        let took = begun.elapsed();
        print_step(step.name, &verdict, took);
        results.push((step.name, verdict, took));
    }
    println!("{}", summary(&results, start.elapsed()));
    match results.iter().any(|(_, verdict, _)| matches!(verdict, Verdict::Failed(_))) {
        true => Err(Fault::new("the gate is closed").hint("the summary names the failed steps")),
        false => Ok(()),
    }
}

fn print_step(name: &str, verdict: &Verdict, took: Duration) {
    let seconds = took.as_secs_f64();
    match verdict {
        Verdict::Passed => println!("<== {name}: passed in {seconds:.1} s\n"),
        Verdict::Skipped(why) => println!("<== {name}: SKIPPED, NOT CHECKED: {why}\n"),
        Verdict::Failed(output) => {
            println!("{}\n<== {name}: FAILED after {seconds:.1} s\n", beginning(output));
        }
    }
}

fn beginning(output: &str) -> String {
    let lines: Vec<&str> = output.trim_end().lines().collect();
    match lines.len().checked_sub(LINES_SHOWN) {
        None | Some(0) => lines.join("\n"),
        Some(more) => format!("{}\n... {more} more lines", lines[..LINES_SHOWN].join("\n")),
    }
}

fn summary(results: &[(&str, Verdict, Duration)], total: Duration) -> String {
    let mut text = String::from("gate:\n");
    for (name, verdict, took) in results {
        let word = match verdict {
            Verdict::Passed => "passed",
            Verdict::Skipped(_) => "SKIPPED",
            Verdict::Failed(_) => "FAILED",
        };
        text.push_str(&format!("  {name:<8}{word:<9}{:>7.1} s\n", took.as_secs_f64()));
    }
    text + &format!("  total   {:>15.1} s", total.as_secs_f64())
}

fn from(result: Result<(), Fault>) -> Verdict {
    match result {
        Ok(()) => Verdict::Passed,
        Err(fault) => Verdict::Failed(fault.to_string()),
    }
}

/// Runs a program quietly; what it printed is shown only when it fails.
pub(crate) fn quiet(command: &mut Command, limit: Duration) -> Verdict {
    match keep(command, limit) {
        Ok(outcome) if outcome.success => Verdict::Passed,
        Ok(outcome) => Verdict::Failed(outcome.output),
        Err(fault) => Verdict::Failed(fault.to_string()),
    }
}

fn fmt(root: &Path) -> Verdict {
    quiet(&mut cargo(root, &["fmt", "--all", "--check"]), LIMIT)
}

fn clippy(root: &Path) -> Verdict {
    let arguments =
        ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    quiet(&mut cargo(root, &arguments), LIMIT)
}

/// The fuzz targets are no member of the workspace: nothing else would notice that they broke.
fn fuzz(root: &Path) -> Verdict {
    let manifest = ["check", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    let target = ["--target-dir", "target/fuzz"];
    quiet(cargo(root, &manifest).args(target), LIMIT)
}

fn doc(root: &Path) -> Verdict {
    let mut command = cargo(root, &["doc", "--quiet", "--no-deps", "--workspace"]);
    quiet(command.env("RUSTDOCFLAGS", "-Dwarnings"), LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_every_step_and_its_fate() {
        let second = Duration::from_secs(1);
        let results = [
            ("fmt", Verdict::Passed, second),
            ("test", Verdict::Failed("x".into()), second * 90),
            ("miri", Verdict::Skipped("absent".into()), second),
        ];
        let expected = "gate:\n  fmt     passed       1.0 s\n  test    FAILED      90.0 s\n  \
                        miri    SKIPPED      1.0 s\n  total              92.0 s";
        assert_eq!(summary(&results, second * 92), expected);
    }

    #[test]
    fn long_output_keeps_its_beginning() {
        let long: String = (0..LINES_SHOWN + 5).map(|line| format!("line {line}\n")).collect();
        let shown = beginning(&long);
        assert!(shown.starts_with("line 0\n"));
        assert!(shown.ends_with("... 5 more lines"), "{shown}");
        assert_eq!(beginning("one\n"), "one");
    }

    #[test]
    fn a_failing_program_fails_its_step_with_what_it_said() {
        let limit = Duration::from_secs(20);
        let failed = quiet(Command::new("sh").args(["-c", "echo why; exit 1"]), limit);
        assert!(matches!(failed, Verdict::Failed(output) if output == "why\n"));
        assert!(matches!(quiet(&mut Command::new("true"), limit), Verdict::Passed));
    }
}
