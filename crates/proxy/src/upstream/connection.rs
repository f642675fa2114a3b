//! A connection to an endpoint.

use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::task::{Context, Poll, Waker};

use rustix::io::Errno;
use socket2::SockRef;
use tokio::net::TcpStream;

/// A connection to an endpoint, between two requests or in one.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) stream: TcpStream,
    /// It has carried a request before: it may turn out to be closed.
    pub(crate) reused: bool,
}

/// Opens a new connection.
pub(crate) async fn connect(address: SocketAddr) -> io::Result<Upstream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Upstream { stream, reused: false })
}

/// Whether a connection failed for want of something here: descriptors, ports, memory. That says
/// nothing about the endpoint.
pub(crate) fn is_ours(error: &io::Error) -> bool {
    let ours =
        [Errno::MFILE, Errno::NFILE, Errno::ADDRNOTAVAIL, Errno::NOBUFS, Errno::NOMEM, Errno::PERM];
    Errno::from_io_error(error).is_some_and(|code| ours.contains(&code))
}

impl Upstream {
    /// Whether an idle connection is of no use: closed, or the endpoint spoke unasked.
    ///
    /// Readiness tells without a system call; only where it claims something is the socket
    /// asked, because a read that filled the buffer leaves readiness behind.
    pub(crate) fn is_stale(&self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        match self.stream.poll_read_ready(&mut cx) {
            Poll::Pending => false,
            Poll::Ready(_) => self.is_closed(),
        }
    }

    /// Asks the socket itself: tokio's own reads answer from readiness, where what has not
    /// been noticed yet has not happened.
    pub(crate) fn is_closed(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        match SockRef::from(&self.stream).peek(&mut byte) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
            // Closed, broken, or a byte that nobody asked for.
            _ => true,
        }
    }
}
