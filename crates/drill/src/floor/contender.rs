//! A balancer's process: started, asked whether it is ready, told of weights, ended.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sim::Script;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Balancer, evenkeel, haproxy, nginx};
use crate::error::Error;
use crate::timer::sleep_until;

const READY_WITHIN: Duration = Duration::from_secs(10);
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What is put before the servers.
pub(super) struct Site<'a> {
    pub(super) script: &'a Script,
    /// The servers' addresses, in the script's order.
    pub(super) servers: &'a [SocketAddr],
    /// Where users are to be served.
    pub(super) listen: SocketAddr,
    /// A second free address, for whatever else it listens on.
    pub(super) admin: SocketAddr,
    /// Of this run alone.
    pub(super) folder: &'a Path,
    /// Weight of each server.
    pub(super) weights: Vec<f64>,
}

/// A running balancer; dropping it kills it.
pub(super) struct Contender {
    balancer: Balancer,
    child: Child,
    log: PathBuf,
}

impl Contender {
    /// Starts it and waits until it serves.
    pub(super) async fn start(balancer: Balancer, site: &Site<'_>) -> Result<Contender, Error> {
        write_config(balancer, site)?;
        let log = site.folder.join("log");
        let file = fs::File::create(&log).map_err(|error| unusable(&error))?;
        let copy = file.try_clone().map_err(|error| unusable(&error))?;
        let mut command = command(balancer, site)?;
        command.stdin(Stdio::null()).stdout(Stdio::from(file)).stderr(Stdio::from(copy));
        let child = command.spawn().map_err(|error| {
            let what = format!("{} cannot be started: {error}", balancer.name());
            Error::balancer(what, "install it (`apt-get install haproxy nginx`), or drill another")
        })?;
        let mut contender = Contender { balancer, child, log };
        contender.wait(site.listen).await?;
        Ok(contender)
    }

    async fn wait(&mut self, address: SocketAddr) -> Result<(), Error> {
        let until = Instant::now() + READY_WITHIN;
        while Instant::now() < until {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            if matches!(tokio::time::timeout(ANSWERS_WITHIN, serves(address)).await, Ok(Ok(true))) {
                return Ok(());
            }
            sleep_until(Instant::now() + LOOK_EVERY).await;
        }
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        let what = format!("{} does not serve:\n{}", self.balancer.name(), said.trim_end());
        Err(Error::balancer(what, "what it wrote is above"))
    }

    /// A script has set weights, as a script does for this balancer.
    pub(super) fn reweigh(&self, site: &Site<'_>) -> Result<(), Error> {
        write_config(self.balancer, site)?;
        match self.balancer {
            Balancer::Haproxy => haproxy::reweigh(site),
            Balancer::Evenkeel | Balancer::Nginx => self.hang_up(),
        }
    }

    /// SIGHUP: the file is read again.
    fn hang_up(&self) -> Result<(), Error> {
        let process = Pid::from_raw(self.child.id() as i32);
        let sent = process.map_or(Ok(()), |process| kill_process(process, Signal::HUP));
        sent.map_err(|error| {
            let what = format!("{} cannot be signalled: {error}", self.balancer.name());
            Error::balancer(what, "")
        })
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_config(balancer: Balancer, site: &Site<'_>) -> Result<(), Error> {
    let text = match balancer {
        Balancer::Evenkeel => evenkeel::config(site)?,
        Balancer::Haproxy => haproxy::config(site),
        Balancer::Nginx => nginx::config(site)?,
    };
    fs::write(config_path(site), text).map_err(|error| unusable(&error))
}

pub(super) fn config_path(site: &Site<'_>) -> PathBuf {
    site.folder.join("config")
}

fn command(balancer: Balancer, site: &Site<'_>) -> Result<Command, Error> {
    let config = config_path(site);
    let mut command;
    match balancer {
        Balancer::Evenkeel => {
            // The very program that drills.
            command = Command::new(std::env::current_exe().map_err(|error| unusable(&error))?);
            command.args(["serve", "-c"]).arg(config);
        }
        Balancer::Haproxy => {
            command = Command::new("haproxy");
            command.arg("-db").arg("-f").arg(config);
        }
        Balancer::Nginx => {
            command = Command::new("nginx");
            command.arg("-p").arg(site.folder).arg("-c").arg(config);
        }
    }
    Ok(command)
}

/// Whether somebody answers a request there, through to a server.
async fn serves(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let ask = b"GET /healthz HTTP/1.1\r\nhost: drill\r\nconnection: close\r\n\r\n";
    stream.write_all(ask).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    Ok(&head == b"HTTP/1.1 200")
}

/// An address that nobody listens on.
pub(super) fn free_address() -> Result<SocketAddr, Error> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let bound = TcpListener::bind(any).and_then(|listener| listener.local_addr());
    bound.map_err(|source| Error::Bind { address: any, source })
}

pub(super) fn unusable(error: &std::io::Error) -> Error {
    Error::balancer(
        format!("the drill's folder cannot be used: {error}"),
        "is there room in the directory for temporary files (TMPDIR)?",
    )
}
