//! HAProxy on the drill floor.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::{Pid, Signal};

use super::keeping::{Key, USER_COOKIE};
use super::program::{Program, tell};
use super::setting::Setting;
use super::site::{Site, unusable};
use crate::error::Error;

/// Weights are whole numbers up to this.
const WEIGHT_MAX: f64 = 256.0;
const FILE: &str = "haproxy.cfg";
/// Answered without a server.
const READY: &str = "/ready-without-a-server";

pub(super) struct Haproxy;

impl Program for Haproxy {
    fn write(&self, site: &Site<'_>) -> Result<(), Error> {
        site.write(FILE, &config(site))
    }

    fn serve(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = Command::new("haproxy");
        // A master that starts workers, as services run it: it is the master that reloads.
        command.arg("-W").arg("-f").arg(site.path(FILE));
        Ok(command)
    }

    fn check(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = Command::new("haproxy");
        command.arg("-c").arg("-f").arg(site.path(FILE));
        Ok(command)
    }

    fn hint(&self) -> &'static str {
        "install it (`apt-get install haproxy`), or drill another"
    }

    /// It answers by itself, so that no server's turn is used up.
    fn ready(&self, site: &Site<'_>) -> (SocketAddr, &'static str) {
        (site.listen, READY)
    }

    /// By the runtime socket, as the scripts of its users do it.
    fn reweigh(&self, site: &Site<'_>, _: Pid) -> Result<(), Error> {
        self.write(site)?;
        let commands = weights(&site.weights).into_iter().zip(site.endpoints());
        let commands: Vec<String> = commands
            .map(|(weight, (name, ..))| format!("set server drill/{name} weight {weight}"))
            .collect();
        let mut answer = String::new();
        let mut tell = || -> std::io::Result<()> {
            let mut stream = UnixStream::connect(socket(site))?;
            stream.write_all((commands.join(";") + "\n").as_bytes())?;
            stream.read_to_string(&mut answer)?;
            Ok(())
        };
        tell().map_err(|error| unusable(&error))?;
        match answer.trim() {
            "" => Ok(()),
            said => Err(Error::balancer(format!("HAProxy does not take the weights: {said}"), "")),
        }
    }

    fn reload(&self, site: &Site<'_>, process: Pid) -> Result<(), Error> {
        self.write(site)?;
        tell(process, Signal::USR2)
    }
}

fn config(site: &Site<'_>) -> String {
    let mut text = format!(
        "global\n    nbthread 1\n    maxconn 9000\n    \
         stats socket {} level admin expose-fd listeners\n\
         defaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    \
         timeout server {}ms\n    http-reuse always\n{}\
         frontend web\n    bind {}\n    monitor-uri {READY}\n    default_backend drill\n\
         backend drill\n    option httpchk GET /healthz\n{}{}",
        socket(site).display(),
        server_timeout_ms(site),
        retries(site),
        site.listen,
        balance(site),
        persistence(site),
    );
    let rest = server_options(site);
    let pinned = has_cookie(site);
    let servers = site.endpoints().zip(&site.script.scenario.servers);
    for (((name, address, _), server), weight) in servers.zip(weights(&site.weights)) {
        let mut pin = if pinned { format!(" cookie {name}") } else { String::new() };
        if site.setting == Setting::Queued {
            pin += &format!(" maxconn {}", server.slots);
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    server {name} {address} weight {weight}{rest}{pin}");
    }
    text
}

fn server_timeout_ms(site: &Site<'_>) -> u128 {
    match site.setting {
        Setting::Timeout => site.attempt_timeout().as_millis(),
        _ => 60_000,
    }
}

fn retries(site: &Site<'_>) -> &'static str {
    if site.is_careful() {
        // The first option: who goes on a reload answers what is asked on kept connections.
        "    option idle-close-on-response\n    timeout queue 60s\n    \
         retries 3\n    option redispatch 1\n    \
         retry-on conn-failure empty-response response-timeout 502 503 504\n"
    } else {
        "    option redispatch\n"
    }
}

/// How a server is chosen for somebody who is bound to none.
fn balance(site: &Site<'_>) -> String {
    let policy = match (site.setting, site.key()) {
        (Setting::Default, Some(Key::Address)) => "source",
        (Setting::Default, _) => "roundrobin",
        (Setting::Random2, _) => "random(2)",
        (Setting::Bounded, key) => {
            let by = if key == Some(Key::Address) { "source" } else { USER_HASH };
            return format!(
                "    balance {by}\n    hash-type consistent\n    hash-balance-factor 125\n"
            );
        }
        (
            Setting::Best | Setting::FullScan | Setting::Queued | Setting::Spill | Setting::Timeout,
            _,
        ) => "leastconn",
    };
    format!("    balance {policy}\n")
}

const USER_HASH: &str = "hash req.cook(user)";

fn has_cookie(site: &Site<'_>) -> bool {
    let hashes = site.setting == Setting::Bounded
        || (site.setting == Setting::Default && site.key() == Some(Key::Address));
    site.by_cookie() && !hashes
}

/// How users stay with their server.
fn persistence(site: &Site<'_>) -> String {
    if has_cookie(site) {
        let mut text = "    cookie srv insert indirect nocache\n".to_owned();
        if site.setting == Setting::Spill {
            text += &spill(site);
        }
        return text;
    }
    match (site.setting, site.key()) {
        (Setting::Default | Setting::Bounded, _) | (_, None) => String::new(),
        (_, Some(Key::Address)) => {
            "    stick-table type ip size 100k expire 1h\n    stick on src\n".to_owned()
        }
        (_, Some(Key::Cookie)) => format!(
            "    stick-table type string len 32 size 100k expire 1h\n    \
             stick on req.cook({USER_COOKIE})\n"
        ),
    }
}

/// A server with twice as many requests as slots serves nobody for his cookie's sake.
fn spill(site: &Site<'_>) -> String {
    let mut text = String::new();
    for server in &site.script.scenario.servers {
        let (name, most) = (&server.name, 2 * server.slots);
        let (held, full) = (format!("req.cook(srv) -m str {name}"), format!("srv_conn({name})"));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    ignore-persist if {{ {held} }} {{ {full} ge {most} }}");
    }
    text
}

fn server_options(site: &Site<'_>) -> String {
    if !site.is_careful() {
        return " check".to_owned();
    }
    // An attempt that timed out was long in vain: a few of them are enough.
    let limit = if site.setting == Setting::Timeout { 3 } else { 10 };
    let slow_start = if site.has_returns() { " slowstart 10s" } else { "" };
    format!(" check inter 1s observe layer7 error-limit {limit} on-error mark-down{slow_start}")
}

/// In proportion, as whole numbers.
fn weights(wanted: &[f64]) -> Vec<u32> {
    let most = wanted.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let scale = if !(10.0..=WEIGHT_MAX).contains(&most) { 100.0 / most } else { 1.0 };
    wanted.iter().map(|weight| (weight * scale).round() as u32).collect()
}

fn socket(site: &Site<'_>) -> PathBuf {
    site.path("haproxy.sock")
}
