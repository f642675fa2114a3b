//! `cargo xtask test`: installs what the tests need, then runs every test of the workspace.

use std::path::Path;
use std::time::Instant;

use crate::fault::Fault;
use crate::process::{cargo, show};
use crate::{envoy, grafana, packages, sarif};

/// The program itself is built on the way. Built alone before, it would have other features of its
/// dependencies, and half of them would be compiled twice.
const TEST: [&str; 3] = ["test", "--workspace", "--no-fail-fast"];

pub(crate) fn run(root: &Path) -> Result<(), Fault> {
    let start = Instant::now();
    packages::ensure(&[
        packages::ALERTMANAGER,
        packages::PROMTOOL,
        packages::HAPROXY,
        packages::NGINX,
    ])?;
    let envoy = envoy::ensure(root)?;
    let schema = sarif::ensure(root)?;
    let grafana = grafana::ensure(root)?;
    let line = TEST.join(" ");
    println!("$ cargo {line}");
    let mut command = cargo(root, &TEST);
    command.env("RUST_TEST_THREADS", threads().to_string());
    command.env(envoy::VARIABLE, &envoy).env(sarif::VARIABLE, &schema);
    command.env(grafana::VARIABLE, &grafana);
    if !show(&mut command)? {
        return Err(Fault::new(format!("`cargo {line}` failed"))
            .hint("failing tests are named above, under `failures:`"));
    }
    println!("tests: all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Tests at a time: those of the program wait more than they compute, for servers and for clocks.
fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}
