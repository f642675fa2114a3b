//! `cargo xtask test`: installs what the tests need, then runs every test of the workspace.

use std::path::Path;
use std::time::Instant;

use crate::fault::Fault;
use crate::process::{cargo, show};
use crate::{envoy, grafana, packages, sarif};

/// The integration tests run the program itself, so it is built first.
const STEPS: [&[&str]; 2] =
    [&["build", "--bin", "evenkeel"], &["test", "--workspace", "--no-fail-fast"]];

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
    for arguments in STEPS {
        let line = arguments.join(" ");
        println!("$ cargo {line}");
        let mut command = cargo(root, arguments);
        command.env("RUST_TEST_THREADS", threads().to_string());
        command.env(envoy::VARIABLE, &envoy).env(sarif::VARIABLE, &schema);
        command.env(grafana::VARIABLE, &grafana);
        if !show(&mut command)? {
            return Err(Fault::new(format!("`cargo {line}` failed"))
                .hint("failing tests are named above, under `failures:`"));
        }
    }
    println!("tests: all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Tests at a time: those of the program wait more than they compute, for servers and for clocks.
fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}
