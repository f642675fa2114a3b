//! A balancer's process: started, asked whether it is ready, told of changes, ended.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::contender::Contender;
use super::program::Program;
use super::site::{Site, unusable};
use crate::error::Error;
use crate::timer::sleep_until;

const READY_WITHIN: Duration = Duration::from_secs(10);
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A running balancer; dropping it kills it, and all that it has started.
pub(super) struct Process {
    contender: Contender,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it and waits until it serves.
    pub(super) async fn start(contender: Contender, site: &Site<'_>) -> Result<Process, Error> {
        let program = contender.balancer.program();
        program.write(site)?;
        let log = site.path("log");
        let file = fs::File::create(&log).map_err(|error| unusable(&error))?;
        let copy = file.try_clone().map_err(|error| unusable(&error))?;
        let mut command = program.serve(site)?;
        command.stdin(Stdio::null()).stdout(Stdio::from(file)).stderr(Stdio::from(copy));
        // Those that work by children of their own leave them behind when they are killed.
        let child = command.process_group(0).spawn();
        let child = child.map_err(|error| absent(contender, program, &error))?;
        let mut process = Process { contender, child, log };
        process.wait(program.ready(site)).await?;
        Ok(process)
    }

    async fn wait(&mut self, (address, path): (SocketAddr, &str)) -> Result<(), Error> {
        let until = Instant::now() + READY_WITHIN;
        while Instant::now() < until {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            let answer = tokio::time::timeout(ANSWERS_WITHIN, serves(address, path)).await;
            if matches!(answer, Ok(Ok(true))) {
                return Ok(());
            }
            sleep_until(Instant::now() + LOOK_EVERY).await;
        }
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        let what = format!("{} does not serve:\n{}", self.contender, said.trim_end());
        Err(Error::balancer(what, "what it wrote is above"))
    }

    /// A script has set the site's weights.
    pub(super) fn reweigh(&self, site: &Site<'_>) -> Result<(), Error> {
        self.contender.balancer.program().reweigh(site, self.id())
    }

    /// Its configuration is loaded again.
    pub(super) fn reload(&self, site: &Site<'_>) -> Result<(), Error> {
        self.contender.balancer.program().reload(site, self.id())
    }

    fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = kill_process_group(self.id(), Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Has the program check its own configuration.
pub(super) fn check(contender: Contender, site: &Site<'_>) -> Result<(), Error> {
    let program = contender.balancer.program();
    program.write(site)?;
    let output = program.check(site)?.stdin(Stdio::null()).output();
    let output = output.map_err(|error| absent(contender, program, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let what = format!("{contender} does not take its configuration:\n{}", said.trim_end());
    Err(Error::balancer(what, "what it wrote is above"))
}

fn absent(contender: Contender, program: &dyn Program, error: &io::Error) -> Error {
    let what = format!("{} cannot be started: {error}", contender.balancer.name());
    Error::balancer(what, program.hint())
}

/// This very program, with other arguments.
pub(super) fn ourselves() -> Result<Command, Error> {
    std::env::current_exe().map(Command::new).map_err(|error| unusable(&error))
}

/// Whether a request there is answered well.
async fn serves(address: SocketAddr, path: &str) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let ask = format!("GET {path} HTTP/1.1\r\nhost: drill\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    Ok(&head == b"HTTP/1.1 200")
}
