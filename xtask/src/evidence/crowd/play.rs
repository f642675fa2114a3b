//! Plays a script against real servers behind the program itself, and asks it what it thinks.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::script::Script;
use crate::children::{Guarded, Scratch};
use crate::fault::Fault;

/// Requests of a usual second, as they are played.
const RATE: f64 = 40.0;
const SERVERS: usize = 5;
const SLOTS: usize = 2;
/// The servers can do so much of what the crowd asks for.
const ENOUGH_FOR: f64 = 0.6;
/// From so many seconds of the crowd on a diagnosis counts.
const SETTLED_S: f64 = 10.0;

/// What came of a script.
pub(super) struct Seen {
    pub(super) requests: u64,
    pub(super) errors: u64,
    /// Alarms at the end of the usual hours.
    pub(super) before: usize,
    /// Every second of the crowd: after how many, which causes, and what of an attack.
    pub(super) named: Vec<(f64, String, String)>,
}

impl Seen {
    /// Seconds of the crowd until the cause that counts was named for good.
    pub(super) fn named_after_s(&self) -> Option<f64> {
        let (_, last, _) = self.named.last()?;
        let since = self.named.iter().rev().take_while(|(_, cause, _)| cause == last).last();
        since.map(|(after_s, ..)| *after_s)
    }

    /// What was said once the crowd had been there for a while, each once.
    pub(super) fn settled(&self) -> Vec<(&str, &str)> {
        let late = self.named.iter().filter(|(after_s, ..)| *after_s >= SETTLED_S);
        let mut all: Vec<_> =
            late.map(|(_, cause, ddos)| (cause.as_str(), ddos.as_str())).collect();
        all.dedup();
        all
    }
}

/// How many times faster than the log it is played.
pub(super) fn speed(script: &Script) -> f64 {
    RATE / script.usual_rate()
}

/// Plays a script once, which takes minutes.
///
/// # Errors
/// When a program does not start, or says nothing.
pub(super) fn play(evenkeel: &Path, script: &Script) -> Result<Seen, Fault> {
    let scratch = Scratch::new()?;
    scratch.write("access.log", script.text.as_bytes())?;
    let (_servers, endpoints) = servers(evenkeel, &scratch, script)?;
    let (listener, admin) = (free()?, free()?);
    let text = format!(
        "[server]\nadmin = \"{admin}\"\nstate_dir = \"state\"\n\
         [[listeners]]\nname = \"web\"\naddress = \"{listener}\"\n[[routes]]\npool = \"site\"\n\
         [pools.site]\naffinity = {{ by = \"cookie\" }}\n{endpoints}"
    );
    scratch.write("evenkeel.toml", text.as_bytes())?;
    let _balancer =
        Guarded::start(quiet(evenkeel, &scratch).args(["serve", "-c", "evenkeel.toml"]))?;
    wait_for(listener)?;
    let report = File::create(scratch.path().join("report.json")).map_err(unusable)?;
    let mut load = quiet(evenkeel, &scratch);
    load.args(["load", &format!("http://{listener}/"), "--replay", "access.log"]);
    load.args(["--speed", &speed(script).to_string(), "--connections", "per-address"]);
    let mut load = Guarded::start(load.args(["--format", "json"]).stdout(report))?;
    let crowd_s = f64::from(script.usual_s) / speed(script);
    let (start, mut before, mut named) = (Instant::now(), 0, Vec::new());
    while load.ended()?.is_none() {
        thread::sleep(Duration::from_secs(1));
        let after_s = start.elapsed().as_secs_f64() - crowd_s;
        if after_s < 0.0 {
            let alarms = asked(evenkeel, &["alarms"], admin)?;
            before = alarms.as_array().map_or(0, Vec::len);
            continue;
        }
        let told = asked(evenkeel, &["diagnose"], admin)?;
        let one = &told[0];
        let causes = one["causes"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let causes = causes.collect::<Vec<_>>().join(" + ");
        let ddos = one["ddos"].as_str().unwrap_or("nothing").to_owned();
        named.push((after_s, if causes.is_empty() { "nothing".into() } else { causes }, ddos));
    }
    let report = std::fs::read_to_string(scratch.path().join("report.json")).map_err(unusable)?;
    let report: Value = serde_json::from_str(&report)
        .map_err(|error| Fault::new("the load has no report").detail(error))?;
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    Ok(Seen { requests: count("requests"), errors: count("errors"), before, named })
}

/// Servers, as many endpoints of a pool, which end with the guard.
fn servers(
    evenkeel: &Path,
    scratch: &Scratch,
    script: &Script,
) -> Result<(Guarded, String), Fault> {
    let capacity = ENOUGH_FOR * script.crowd_rate() * speed(script);
    let mean_us = (SERVERS * SLOTS) as f64 * 1e6 / capacity;
    let text = format!(
        "name = \"crowd\"\nabout = \"Servers alone.\"\nduration = \"60s\"\n[traffic]\nload = 0.5\n\
         users = 100\ndemand = {{ exponential = {{ mean = \"{mean_us:.0}us\" }} }}\n\
         [[servers]]\ncount = {SERVERS}\nslots = {SLOTS}\n"
    );
    scratch.write("servers.toml", text.as_bytes())?;
    let told = scratch.path().join("servers");
    let out = File::create(&told).map_err(unusable)?;
    let mut command = quiet(evenkeel, scratch);
    let mut guard = Guarded::start(command.args(["drill", "servers", "servers.toml"]).stdout(out))?;
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let told = std::fs::read_to_string(&told).map_err(unusable)?;
        let lines = told.lines().filter_map(|line| line.split_once(" http://"));
        let endpoints = lines.filter_map(|(name, rest)| {
            let address = rest.split(' ').next()?;
            Some(format!("[[pools.site.endpoints]]\nname = \"{name}\"\naddress = \"{address}\"\n"))
        });
        let endpoints: Vec<String> = endpoints.collect();
        if endpoints.len() == SERVERS {
            return Ok((guard, endpoints.concat()));
        }
        if guard.ended()?.is_some() || Instant::now() > deadline {
            return Err(Fault::new("the servers do not start"));
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn asked(evenkeel: &Path, words: &[&str], admin: SocketAddr) -> Result<Value, Fault> {
    let mut command = Command::new(evenkeel);
    command.args(words).args(["--admin", &admin.to_string(), "--format", "json"]);
    let output = command.output().map_err(unusable)?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Fault::new(format!("{words:?} says nothing")).detail(error))
}

fn quiet(evenkeel: &Path, scratch: &Scratch) -> Command {
    let mut command = Command::new(evenkeel);
    command.current_dir(scratch.path()).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn free() -> Result<SocketAddr, Fault> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(unusable)?;
    listener.local_addr().map_err(unusable)
}

fn wait_for(address: SocketAddr) -> Result<(), Fault> {
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > deadline {
            return Err(Fault::new("the balancer does not start"));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn unusable(error: std::io::Error) -> Fault {
    Fault::new("a log cannot be played").detail(error)
}
