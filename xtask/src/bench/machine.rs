//! What the figures were measured on and with.

use std::path::Path;

use crate::process::answer;

/// Name and version of one thing the figures depend on.
pub(crate) type Version = (&'static str, String);

pub(crate) fn versions(root: &Path, evenkeel: &Path) -> Vec<Version> {
    let root = root.to_string_lossy();
    let tree = answer("git", &["-C", &root, "describe", "--always", "--dirty", "--tags"]);
    let program = answer(&evenkeel.to_string_lossy(), &["--version"]);
    let evenkeel = [program, tree.map(|tree| format!("tree {tree}"))];
    let evenkeel: Vec<String> = evenkeel.into_iter().flatten().collect();
    vec![
        ("Evenkeel", or_unknown(Some(evenkeel.join(", ")).filter(|text| !text.is_empty()))),
        ("HAProxy", first_line(answer("haproxy", &["-v"]))),
        ("nginx", first_line(answer("nginx", &["-v"]))),
        ("wrk", wrk()),
        ("kernel", or_unknown(answer("uname", &["-sr"]))),
        ("CPU", cpu()),
    ]
}

fn or_unknown(text: Option<String>) -> String {
    text.unwrap_or_else(|| "unknown".to_owned())
}

fn first_line(text: Option<String>) -> String {
    or_unknown(text.and_then(|text| text.lines().next().map(str::to_owned)))
}

/// wrk prints its version, then fails because it was given nothing to do.
fn wrk() -> String {
    let output = std::process::Command::new("wrk").arg("-v").output().ok();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    first_line(text)
}

fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{}, {cores} cores", model.map_or("unknown", |(_, name)| name))
}
