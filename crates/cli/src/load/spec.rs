//! From options to a load.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use drill::{Bytes, Load, LoadSpec, Protocol, Recording, RequestKind, Tls, Trust};

use super::args::{Args, Connections, Pace};
use super::refusal::Refusal;
use crate::output;

/// A request may start this much late.
const LATE_AFTER: Duration = Duration::from_millis(20);
/// Longest body: every request in flight has it in its buffers.
const BODY_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A load and what is said of it.
pub(super) struct Prepared {
    pub(super) load: Load,
    pub(super) about: About,
    /// How long requests are due.
    pub(super) length: Duration,
}

/// What a load was, for its report.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) url: String,
    /// In a few words.
    pub(super) how: String,
    pub(super) warm_up: Duration,
}

pub(super) fn prepare(args: &Args) -> Result<Prepared, Refusal> {
    let mut spec = spec(args)?;
    let mut length = match args.stages.is_empty() {
        true => Duration::from(args.length),
        false => args.stages.iter().map(|stage| stage.duration).sum(),
    };
    let mut about =
        About { url: args.url.to_string(), how: how(args), warm_up: Duration::from(args.warm_up) };
    let load = match &args.replay {
        None => Load::new(spec),
        Some(path) => {
            let recording = read(path, args)?;
            length = recording.requests.last().map_or(Duration::ZERO, |last| last.at);
            let requests = recording.requests.len();
            about.how = format!(
                "{requests} requests of {} clients from {}, {}",
                recording.users,
                path.display(),
                protocol(args)
            );
            spec.mix = recording.mix;
            Load::recorded(spec, recording.requests)
        }
    };
    let mut load = load.map_err(Refusal::usage)?;
    if args.url.is_https {
        let trust = match &args.ca {
            Some(path) => Trust::File(path.clone()),
            None if args.insecure => Trust::Anyone,
            None => Trust::System,
        };
        let tls = Tls::new(&args.url.host, &trust).map_err(Refusal::usage)?;
        load = load.over(tls).map_err(Refusal::usage)?;
    }
    if !args.warm_up.is_zero() && Duration::from(args.warm_up) >= length {
        return Err(Refusal::usage(
            "nothing is left to be counted after the warm-up\n  hint: write a longer --for",
        ));
    }
    Ok(Prepared { load, about, length })
}

/// Whether users can have their addresses there.
pub(super) fn check_reach(args: &Args, target: SocketAddr) -> Result<(), Refusal> {
    let loopback = target.is_ipv4() && target.ip().is_loopback();
    match connections(args) {
        drill::Connections::PerUserAddress if !loopback => Err(Refusal::usage(format!(
            "{target} cannot be reached from addresses in 127.0.0.0/8\n  hint: give users \
             addresses where the target is on this machine, as 127.0.0.1"
        ))),
        _ => Ok(()),
    }
}

fn spec(args: &Args) -> Result<LoadSpec, Refusal> {
    if !args.nat.is_empty() && args.connections == Connections::PerUser {
        return Err(Refusal::usage(
            "--nat gives users addresses, and `--connections per-user` gives them none\n  hint: \
             write `--connections per-address`, or leave it out",
        ));
    }
    let body = body(args)?;
    let kind = |weight: f64, path: &str| RequestKind {
        body: body.clone(),
        ..RequestKind::new(args.method.clone(), path, weight)
    };
    let mix = match args.path.is_empty() {
        true => vec![kind(1.0, &args.url.path)],
        false => args.path.iter().map(|(weight, path)| kind(*weight, path)).collect(),
    };
    Ok(LoadSpec {
        seed: args.seed,
        duration: args.length.into(),
        warm_up: args.warm_up.into(),
        pace: match args.pace {
            Pace::Poisson => drill::Pace::Poisson,
            Pace::Constant => drill::Pace::Constant,
        },
        rate: args.rate,
        ramp: args.ramp.into(),
        stages: args.stages.clone(),
        users: args.users,
        zipf: args.zipf,
        cookies: !args.no_cookies,
        connections: connections(args),
        connections_max: args.connections_max,
        nats: args.nat.clone(),
        protocol: if args.http2 { Protocol::Http2 } else { Protocol::Http1 },
        mix,
        host: args.url.authority.clone(),
        headers: args.header.clone(),
        timeout: args.timeout.into(),
        late_after: LATE_AFTER,
        in_flight_max: args.in_flight_max as usize,
        ..LoadSpec::default()
    })
}

fn connections(args: &Args) -> drill::Connections {
    match args.connections {
        // Who shares an address has one.
        _ if !args.nat.is_empty() => drill::Connections::PerUserAddress,
        Connections::Shared => drill::Connections::Shared,
        Connections::PerUser => drill::Connections::PerUser,
        Connections::PerAddress => drill::Connections::PerUserAddress,
    }
}

fn body(args: &Args) -> Result<Bytes, Refusal> {
    let Some(path) = &args.body_file else {
        return Ok(Bytes::from(args.body.clone().unwrap_or_default()));
    };
    let named =
        |what: &dyn std::fmt::Display| Refusal::unable(format!("{}: {what}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| named(&error))?;
    file.take(BODY_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| named(&error))?;
    if bytes.len() as u64 > BODY_BYTES_MAX {
        return Err(named(&"a body may have 16 MiB at most"));
    }
    Ok(Bytes::from(bytes))
}

fn read(path: &Path, args: &Args) -> Result<Recording, Refusal> {
    let named =
        |what: &dyn std::fmt::Display| Refusal::unable(format!("{}: {what}", path.display()));
    if fs::metadata(path).is_ok_and(|about| about.is_dir()) {
        return Err(named(&"is a folder"));
    }
    let file = File::open(path).map_err(|error| named(&error))?;
    let read = Recording::read(BufReader::new(file), args.speed);
    let recording = read.map_err(|error| named(&error))?;
    if recording.skipped > 0 {
        output::say(format_args!(
            "note: {} lines of {} hold no request that can be sent again\n",
            recording.skipped,
            path.display()
        ));
    }
    Ok(recording)
}

fn how(args: &Args) -> String {
    let pace = match args.pace {
        Pace::Poisson => "poisson",
        Pace::Constant => "constant",
    };
    let rate = match args.stages.as_slice() {
        [] => format!("{} requests per second", args.rate),
        stages => format!("{} stages", stages.len()),
    };
    format!("{rate}, {pace}, {} users, {}, seed {}", args.users, protocol(args), args.seed)
}

fn protocol(args: &Args) -> &'static str {
    if args.http2 { "HTTP/2" } else { "HTTP/1.1" }
}
