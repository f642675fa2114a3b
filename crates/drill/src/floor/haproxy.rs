//! HAProxy on the drill floor: `leastconn`, retries, observed errors, a cookie where users stick.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use super::contender::{Site, unusable};
use crate::error::Error;

/// Weights are whole numbers up to this.
const WEIGHT_MAX: f64 = 256.0;

pub(super) fn config(site: &Site<'_>) -> String {
    let sticky = site.script.settings.affinity.is_some();
    let cookie = if sticky { "    cookie srv insert indirect nocache\n" } else { "" };
    let mut text = format!(
        "global\n    nbthread 1\n    maxconn 4000\n    stats socket {} level admin\n\
         defaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    \
         timeout server 60s\n    http-reuse always\n    retries 3\n    option redispatch 1\n    \
         retry-on conn-failure empty-response response-timeout 502 503 504\n\
         frontend web\n    bind {}\n    default_backend drill\n\
         backend drill\n    balance leastconn\n{cookie}",
        socket(site).display(),
        site.listen
    );
    for (index, address) in site.servers.iter().enumerate() {
        let name = &site.script.scenario.servers[index].name;
        let weight = weights(&site.weights)[index];
        let pin = if sticky { format!(" cookie {name}") } else { String::new() };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "    server {name} {address} weight {weight} check inter 1s observe layer7 \
             error-limit 10 on-error mark-down{pin}"
        );
    }
    text
}

/// In proportion, as whole numbers.
fn weights(wanted: &[f64]) -> Vec<u32> {
    let most = wanted.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let scale = if !(10.0..=WEIGHT_MAX).contains(&most) { 100.0 / most } else { 1.0 };
    wanted.iter().map(|weight| (weight * scale).round() as u32).collect()
}

/// By the runtime socket, as the scripts of HAProxy's users do it.
pub(super) fn reweigh(site: &Site<'_>) -> Result<(), Error> {
    let commands = weights(&site.weights).into_iter().zip(&site.script.scenario.servers);
    let commands: Vec<String> = commands
        .map(|(weight, server)| format!("set server drill/{} weight {weight}", server.name))
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

fn socket(site: &Site<'_>) -> PathBuf {
    site.folder.join("haproxy.sock")
}
