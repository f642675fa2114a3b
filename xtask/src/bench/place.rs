//! Where the benchmark happens: temporary folder, free ports, cores, and what runs in it.

use std::cell::Cell;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::children::{Guarded, Scratch};
use crate::fault::Fault;

/// The core of the proxy that is measured; nothing else runs there.
pub(crate) const PROXY_CORE: u32 = 0;
/// The core of client and origin.
pub(crate) const OTHER_CORE: u32 = 1;

/// Below the kernel's range for outgoing connections: tens of thousands of those are opened
/// meanwhile, and one of them could sit on a port that was free a moment ago.
const PORTS: std::ops::Range<u16> = 18_000..32_000;

pub(crate) struct Place {
    scratch: Scratch,
    next_port: Cell<u16>,
    /// This program, built with optimisation: it is relay and load generator as well.
    pub(crate) tool: PathBuf,
    pub(crate) evenkeel: PathBuf,
}

impl Place {
    pub(crate) fn new(tool: PathBuf, evenkeel: PathBuf) -> Result<Place, Fault> {
        let next_port = Cell::new(PORTS.start + (std::process::id() % 4000) as u16);
        Ok(Place { scratch: Scratch::new()?, next_port, tool, evenkeel })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, Fault> {
        self.scratch.write(name, content)
    }

    /// An address nobody listens on; never the same one twice.
    pub(crate) fn free_address(&self) -> Result<SocketAddr, Fault> {
        for _ in PORTS {
            let port = self.next_port.get();
            self.next_port.set(if port + 1 == PORTS.end { PORTS.start } else { port + 1 });
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            if TcpListener::bind(address).is_ok() {
                return Ok(address);
            }
        }
        Err(Fault::new("no free port on 127.0.0.1").detail(format!("tried {PORTS:?}")))
    }

    /// Starts a program on a core, its output going to a log of that name in the folder.
    pub(crate) fn start(&self, core: u32, name: &str, command: Command) -> Result<Guarded, Fault> {
        let log = self.log(name);
        let unusable = |error| Fault::new(format!("cannot write {}", log.display())).detail(error);
        let out = File::create(&log).map_err(unusable)?;
        let err = out.try_clone().map_err(unusable)?;
        let mut pinned = pinned(core, &command);
        Guarded::start(pinned.stdin(Stdio::null()).stdout(out).stderr(err))
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}.log"))
    }

    /// The last lines a program wrote.
    pub(crate) fn log_end(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.log(name)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

/// The same command, bound to a core. `taskset` replaces itself by it: the process id stays.
pub(crate) fn pinned(core: u32, command: &Command) -> Command {
    let mut pinned = Command::new("taskset");
    pinned.args(["-c", &core.to_string()]).arg(command.get_program()).args(command.get_args());
    pinned
}

/// The relay in front of 8,000 clients holds 16,000 sockets, and `recipes` lets HAProxy hold
/// 18,000 and some files of its own.
const FILES: u64 = 18_500;

/// Two cores there must be: one for the proxy, one for client and origin.
pub(crate) fn need_two_cores() -> Result<(), Fault> {
    match std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
        1 => Err(Fault::new("the benchmark needs two cores")
            .detail("one for the proxy, one for client and origin")),
        _ => Ok(()),
    }
}

/// Raises the limit of open files for this process and all that it starts.
pub(crate) fn allow_many_files() -> Result<(), Fault> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= FILES) {
        return Ok(());
    }
    let maximum = limit.maximum.map(|maximum| maximum.max(FILES));
    setrlimit(Resource::Nofile, Rlimit { current: Some(FILES), maximum }).map_err(|error| {
        Fault::new(format!("cannot open {FILES} files at once"))
            .detail(error)
            .hint("raise the hard limit (`ulimit -Hn`)")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_command_keeps_its_arguments() {
        let mut command = Command::new("nginx");
        command.args(["-c", "file"]);
        let pinned = pinned(1, &command);
        assert_eq!(pinned.get_program(), "taskset");
        let arguments: Vec<_> = pinned.get_args().collect();
        assert_eq!(arguments, ["-c", "1", "nginx", "-c", "file"]);
    }

    #[test]
    fn addresses_are_free_and_different() {
        let place = Place::new("tool".into(), "evenkeel".into()).unwrap();
        let (first, second) = (place.free_address().unwrap(), place.free_address().unwrap());
        assert_ne!(first, second);
        let _taken = TcpListener::bind(second).unwrap();
        TcpListener::bind(first).unwrap();
    }
}
