//! Runs the deciding core's tests under Miri, where a toolchain with it is installed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::gate::{Verdict, quiet};
use crate::process::answer;

/// Miri runs some hundred times slower; tests of `balance` shrink under `cfg(miri)` to fit.
const LIMIT: Duration = Duration::from_secs(6 * 60);

pub(crate) fn run(root: &Path) -> Verdict {
    let Some(list) = answer("rustup", &["toolchain", "list"]) else {
        return Verdict::Skipped("there is no rustup, so there is no nightly toolchain".into());
    };
    let Some(toolchain) = toolchains(&list).find(|name| has_miri(name)) else {
        let hint = "`rustup toolchain install nightly --component miri,rust-src`";
        return Verdict::Skipped(format!("no installed toolchain has miri; run {hint}"));
    };
    let mut command = Command::new("rustup");
    command.current_dir(root).args(["run", toolchain, "cargo", "miri", "test", "-p", "balance"]);
    // Cargo exports its own toolchain to what it runs; left in place they would win over ours.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    quiet(&mut command, LIMIT)
}

/// The nightly toolchains of `rustup toolchain list`; Miri runs on no other channel.
fn toolchains(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| name.starts_with("nightly") || name.starts_with("miri"))
}

fn has_miri(toolchain: &str) -> bool {
    answer("rustup", &["run", toolchain, "cargo", "miri", "--version"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::toolchains;

    #[test]
    fn reads_rustups_list() {
        let list = "stable-x86_64 (active, default)\nnightly-x86_64\nmiri-x86_64\n1.95.0-x86_64\n";
        assert_eq!(toolchains(list).collect::<Vec<_>>(), ["nightly-x86_64", "miri-x86_64"]);
    }
}
