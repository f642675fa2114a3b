//! A balancer's process, which ends with the test.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Process(Child);

impl Process {
    /// Started, and listening there.
    pub(crate) fn start(command: &mut Command, address: SocketAddr) -> Process {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = match command.stdin(Stdio::null()).stdout(Stdio::null()).spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("`{program}` is not installed: `cargo xtask test` installs what tests need")
            }
            Err(error) => panic!("`{program}` cannot be started: {error}"),
        };
        let mut process = Process(child);
        let limit = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            if let Ok(Some(status)) = process.0.try_wait() {
                panic!("`{program}` ended with {status}; what it says of the reason is above");
            }
            assert!(Instant::now() < limit, "`{program}` does not listen on {address}");
            thread::sleep(Duration::from_millis(5));
        }
        process
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Ports that no program is given which asks for any: those are from 32768 on.
const PORTS: Range<u32> = 20_000..32_000;

/// An address that nobody listens on, and that no other test is given: programs that share their
/// port with others would answer for each other.
pub(crate) fn free_address() -> SocketAddr {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(97);
    loop {
        let number = first.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + number % (PORTS.end - PORTS.start);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port as u16));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
