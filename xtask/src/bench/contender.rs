//! Who is measured: how each proxy is named, configured, started, and known to be ready.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::bench::place::{PROXY_CORE, Place};
use crate::bench::recipes;
use crate::children::Guarded;
use crate::fault::Fault;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Contender {
    Evenkeel,
    /// The same without all that watches.
    Unwatched,
    Haproxy,
    HaproxyTuned,
    Nginx,
    Relay,
}

impl Contender {
    pub(crate) const ALL: [Contender; 6] = [
        Contender::Evenkeel,
        Contender::Unwatched,
        Contender::Haproxy,
        Contender::HaproxyTuned,
        Contender::Nginx,
        Contender::Relay,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Contender::Evenkeel => "Evenkeel",
            Contender::Unwatched => "Evenkeel, unwatched",
            Contender::Haproxy => "HAProxy",
            Contender::HaproxyTuned => "HAProxy, tuned",
            Contender::Nginx => "nginx",
            Contender::Relay => "bare relay",
        }
    }

    fn file_name(self) -> &'static str {
        match self {
            Contender::Evenkeel => "evenkeel.toml",
            Contender::Unwatched => "evenkeel-unwatched.toml",
            Contender::Haproxy => "haproxy.cfg",
            Contender::HaproxyTuned => "haproxy-tuned.cfg",
            Contender::Nginx => "nginx.conf",
            Contender::Relay => "relay",
        }
    }

    /// The command that serves `listen` until it is killed.
    fn command(
        self,
        place: &Place,
        listen: SocketAddr,
        servers: &[SocketAddr],
    ) -> Result<Command, Fault> {
        let folder = place.folder();
        let text = match self {
            Contender::Evenkeel => {
                recipes::evenkeel(listen, place.free_address()?, servers, folder)
            }
            Contender::Unwatched => {
                recipes::evenkeel_unwatched(listen, place.free_address()?, servers, folder)
            }
            Contender::Haproxy => recipes::haproxy(listen, servers),
            Contender::HaproxyTuned => recipes::haproxy_tuned(listen, servers),
            Contender::Nginx => recipes::nginx(listen, servers, folder),
            Contender::Relay => String::new(),
        };
        let file = place.write(self.file_name(), text.as_bytes())?;
        let mut command;
        match self {
            Contender::Evenkeel | Contender::Unwatched => {
                command = Command::new(&place.evenkeel);
                command.args(["serve", "-c"]).arg(file);
            }
            Contender::Haproxy | Contender::HaproxyTuned => {
                command = Command::new("haproxy");
                command.args(["-db", "-f"]).arg(file);
            }
            Contender::Nginx => {
                command = Command::new("nginx");
                command.arg("-p").arg(folder).arg("-c").arg(file);
            }
            Contender::Relay => {
                command = Command::new(&place.tool);
                command.args(["relay", "--listen", &listen.to_string(), "--to"]);
                let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
                command.arg(servers.join(","));
            }
        }
        Ok(command)
    }
}

/// A started proxy that answers.
pub(crate) struct Running {
    process: Guarded,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// Starts a proxy in front of the servers and waits until a request gets through.
    pub(crate) fn start(
        contender: Contender,
        place: &Place,
        servers: &[SocketAddr],
    ) -> Result<Running, Fault> {
        let address = place.free_address()?;
        let command = contender.command(place, address, servers)?;
        let name = contender.file_name();
        let mut process = place.start(PROXY_CORE, name, command)?;
        wait_until_ready(&mut process, address, || place.log_end(name))
            .map_err(|fault| fault.hint(format!("what {} wrote is above", contender.title())))?;
        Ok(Running { process, address })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }
}

const READY_LIMIT: Duration = Duration::from_secs(10);

/// Waits for the first 200 from a server that was just started.
pub(crate) fn wait_until_ready(
    process: &mut Guarded,
    address: SocketAddr,
    log_end: impl Fn() -> String,
) -> Result<(), Fault> {
    let deadline = Instant::now() + READY_LIMIT;
    loop {
        if let Some(status) = process.ended()? {
            return Err(Fault::new(format!("it ended at once: {status}")).detail(log_end()));
        }
        if answers(address) {
            return Ok(());
        }
        if Instant::now() > deadline {
            let message = format!("no 200 from {address} within {} s", READY_LIMIT.as_secs());
            return Err(Fault::new(message).detail(log_end()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET /100 HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(&head == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}
