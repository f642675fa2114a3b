//! The sockets that clients connect to: one per listener and worker, bound before anything
//! changes, so that an address that cannot be had leaves everything as it was.

use std::io;
use std::net::{SocketAddr, TcpListener};

use config::{Listener, Span};
use socket2::{Domain, Protocol, Socket, Type};

use crate::worker::ListenerRules;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;

/// A listener in force.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) name: String,
    /// As configured; its port may be 0.
    asked: SocketAddr,
    /// As bound.
    pub(super) address: SocketAddr,
}

/// The next listeners, and the sockets of those that are new, one per worker.
pub(super) struct Opened {
    pub(super) bound: Vec<Bound>,
    pub(super) sockets: Vec<(SocketAddr, ListenerRules, Vec<TcpListener>)>,
}

/// Binds what is not bound yet. On failure the new sockets close and nothing has changed.
pub(super) fn open(
    listeners: &[Listener],
    before: &[Bound],
    workers: usize,
) -> Result<Opened, (String, SocketAddr, io::Error)> {
    let mut opened = Opened { bound: Vec::new(), sockets: Vec::new() };
    for listener in listeners {
        let same = |bound: &&Bound| {
            let named = bound.name == listener.name || bound.asked.port() != 0;
            bound.asked == listener.address && named
        };
        let (address, sockets) = match before.iter().find(same) {
            Some(bound) => (bound.address, Vec::new()),
            None => bind_all(listener.address, before, workers)
                .map_err(|error| (listener.name.clone(), listener.address, error))?,
        };
        opened.sockets.push((address, rules(listener), sockets));
        opened.bound.push(Bound { name: listener.name.clone(), asked: listener.address, address });
    }
    Ok(opened)
}

/// Whether two sockets on these addresses are in each other's way: the unspecified address is
/// every other one as well.
pub(super) fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    let (a, b) = (one.ip().to_canonical(), other.ip().to_canonical());
    one.port() == other.port() && (a == b || a.is_unspecified() || b.is_unspecified())
}

/// One socket per worker, on the same address.
fn bind_all(
    asked: SocketAddr,
    before: &[Bound],
    workers: usize,
) -> io::Result<(SocketAddr, Vec<TcpListener>)> {
    let mut address = asked;
    // A listener that moves, say from 127.0.0.1 to all addresses, finds its own old sockets
    // there: they are shared until the workers close them.
    if !before.iter().any(|bound| overlap(bound.address, asked)) {
        // Without SO_REUSEPORT first: with it, a second process of the same user would silently
        // take half of the first one's clients.
        let claim = bind(asked, false)?;
        address = claim.local_addr()?;
    }
    let sockets = (0..workers).map(|_| bind(address, true)).collect::<io::Result<_>>()?;
    Ok((address, sockets))
}

fn bind(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(shared)?;
    socket.set_nonblocking(true)?;
    // Accepted connections inherit it, which saves a system call for each.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn rules(listener: &Listener) -> ListenerRules {
    let ms = |span: Span| span.0.as_millis() as u64;
    ListenerRules {
        name: listener.name.clone(),
        head_bytes: listener.limits.head_size.0 as usize,
        head_fields: listener.limits.headers,
        body_bytes: listener.limits.body_size.map_or(u64::MAX, |size| size.0),
        head_ms: ms(listener.timeouts.head),
        idle_ms: ms(listener.timeouts.idle),
        body_ms: ms(listener.timeouts.body),
        send_ms: ms(listener.timeouts.send),
        forwarded: listener.forwarded,
        allow_connect: listener.allow_connect,
    }
}
