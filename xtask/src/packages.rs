//! Installs the programs that tests and benchmarks need, where they are missing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::fault::Fault;
use crate::process::{is_installed, keep};

/// A program and the Debian package that carries it.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    program: &'static str,
    name: &'static str,
    /// What the package starts on its own; a chore must not leave a server behind.
    service: Option<&'static str>,
}

pub(crate) const PROMTOOL: Package =
    Package { program: "promtool", name: "prometheus", service: Some("prometheus") };
pub(crate) const ALERTMANAGER: Package = Package {
    program: "prometheus-alertmanager",
    name: "prometheus-alertmanager",
    service: Some("prometheus-alertmanager"),
};
pub(crate) const HAPROXY: Package =
    Package { program: "haproxy", name: "haproxy", service: Some("haproxy") };
pub(crate) const NGINX: Package =
    Package { program: "nginx", name: "nginx", service: Some("nginx") };
pub(crate) const WRK: Package = Package { program: "wrk", name: "wrk", service: None };

const LIMIT: Duration = Duration::from_secs(600);

/// Makes sure that all of these programs are there.
pub(crate) fn ensure(packages: &[Package]) -> Result<(), Fault> {
    let missing: Vec<Package> =
        packages.iter().copied().filter(|package| !is_installed(package.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let how = install(&names)?;
    silence(how, &missing);

    match missing.iter().find(|package| !is_installed(package.program)) {
        None => Ok(()),
        Some(package) => Err(Fault::new(format!(
            "`{}` is still missing after installing {}",
            package.program, package.name
        ))
        .hint("install it by hand and run the command again")),
    }
}

/// Installs packages that carry no program by whose name their absence shows.
pub(crate) fn ensure_anyway(names: &[&str]) -> Result<(), Fault> {
    install(names).map(drop)
}

fn install(names: &[&str]) -> Result<Privilege, Fault> {
    println!("installing {} (apt-get) ...", names.join(", "));
    let how = way_to_install(names)?;
    apt(how, &["update", "-qq"], names)?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(names);
    apt(how, &install, names)?;
    Ok(how)
}

#[derive(Clone, Copy)]
enum Privilege {
    Root,
    Sudo,
}

fn way_to_install(names: &[&str]) -> Result<Privilege, Fault> {
    if is_installed("apt-get") {
        if rustix::process::geteuid().is_root() {
            return Ok(Privilege::Root);
        }
        if crate::process::answer("sudo", &["-n", "true"]).is_some() {
            return Ok(Privilege::Sudo);
        }
        return Err(needs(names).detail("apt-get needs root, and sudo asks for a password"));
    }
    Err(needs(names).detail("there is no apt-get on this machine"))
}

/// Names the one command that a person has to run.
fn needs(names: &[&str]) -> Fault {
    Fault::new(format!("not installed: {}", names.join(", ")))
        .hint(format!("run `sudo apt-get install -y {}` or your system's own", names.join(" ")))
}

fn elevated(how: Privilege, program: &str) -> Command {
    match how {
        Privilege::Root => Command::new(program),
        Privilege::Sudo => {
            let mut command = Command::new("sudo");
            command.args(["-n", program]);
            command
        }
    }
}

fn apt(how: Privilege, arguments: &[&str], names: &[&str]) -> Result<(), Fault> {
    let mut command = elevated(how, "apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let outcome = keep(&mut command, LIMIT)?;
    if outcome.success {
        return Ok(());
    }
    Err(needs(names).detail(format!("apt-get {} failed:\n{}", arguments[0], outcome.output)))
}

/// Debian starts a server when it is installed; here only its program is wanted.
fn silence(how: Privilege, installed: &[Package]) {
    if !Path::new("/run/systemd/system").exists() {
        return;
    }
    for service in installed.iter().filter_map(|package| package.service) {
        let mut command = elevated(how, "systemctl");
        let quiet = keep(command.args(["disable", "--now", service]), LIMIT);
        if !quiet.is_ok_and(|outcome| outcome.success) {
            println!("note: the service {service} was installed and may be running");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_nothing_when_all_is_there() {
        ensure(&[Package { program: "sh", name: "dash", service: None }]).unwrap();
    }

    #[test]
    fn names_the_command_to_run_by_hand() {
        let text = needs(&["haproxy", "wrk"]).to_string();
        assert!(text.contains("sudo apt-get install -y haproxy wrk"), "{text}");
    }
}
