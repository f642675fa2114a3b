//! Sends a command to a socket of HAProxy's, and takes its answer: within a time, up to a size.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::http::ANSWER_BYTES_MAX;

/// For each command, from connecting to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// A socket of either kind.
trait Stream: Read + Write {
    fn wait_at_most(&self, time: Duration) -> io::Result<()>;
}

impl Stream for UnixStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl Stream for TcpStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

/// Sends a command to a socket in the file system.
pub(super) fn unix(path: &Path, command: &str) -> io::Result<String> {
    let (until, path) = (Instant::now() + PATIENCE, path.to_owned());
    converse(in_time(move || UnixStream::connect(path))?, command, until)
}

/// Sends a command to an address.
pub(super) fn tcp(address: &str, command: &str) -> io::Result<String> {
    let (until, address) = (Instant::now() + PATIENCE, address.to_owned());
    let connect = move || {
        let mut error = io::Error::other("its name has no address");
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(stream) => return Ok(stream),
                Err(failed) => error = failed,
            }
        }
        Err(error)
    };
    converse(in_time(connect)?, command, until)
}

/// A process that is stopped takes no connection, and no name server need answer: neither has a
/// deadline of its own. A thread that still waits ends with the process.
fn in_time<T: Send + 'static>(
    connect: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (to, from) = sync_channel(1);
    Builder::new().name("ask".into()).spawn(move || {
        let _ = to.send(connect());
    })?;
    from.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(late()))
}

fn converse(mut stream: impl Stream, command: &str, until: Instant) -> io::Result<String> {
    let left = || until.checked_duration_since(Instant::now()).filter(|it| !it.is_zero());
    stream.wait_at_most(left().ok_or_else(late)?)?;
    stream.write_all(format!("{command}\n").as_bytes()).map_err(told)?;
    let (mut answer, mut part) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        stream.wait_at_most(left().ok_or_else(late)?)?;
        let count = match stream.read(&mut part) {
            Ok(0) => return Ok(String::from_utf8_lossy(&answer).into_owned()),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(told(error)),
        };
        answer.extend_from_slice(&part[..count]);
        if answer.len() as u64 > ANSWER_BYTES_MAX {
            return Err(io::Error::other("its answer does not end"));
        }
    }
}

fn late() -> io::Error {
    let seconds = PATIENCE.as_secs();
    io::Error::new(ErrorKind::TimedOut, format!("no answer within {seconds} s"))
}

/// A deadline of a socket is told as something that would block.
fn told(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => late(),
        _ => error,
    }
}
