//! An origin that the test plays itself, step by step, in its own thread.

use std::net::{SocketAddr, TcpListener};

use super::{Balancer, Client, until};

/// A listening origin; every connection is handed to the test.
pub(crate) struct HandOrigin {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl HandOrigin {
    pub(crate) fn open() -> HandOrigin {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("accepting without waiting");
        let address = listener.local_addr().expect("its address");
        HandOrigin { listener, address }
    }

    /// A client that sends this, and its connection here with the head read.
    pub(crate) fn reached(&self, balancer: &Balancer, sent: &str) -> (Client, Client) {
        let mut client = balancer.connect();
        client.send(sent);
        let mut upstream = self.accept();
        upstream.head();
        (client, upstream)
    }

    /// The next connection. Waits for it.
    pub(crate) fn accept(&self) -> Client {
        let mut accepted = None;
        until("a connection reaches the origin", || {
            accepted = self.try_accept();
            accepted.is_some()
        });
        accepted.expect("it was waited for")
    }

    /// A connection that is already there.
    pub(crate) fn try_accept(&self) -> Option<Client> {
        let (stream, _) = self.listener.accept().ok()?;
        stream.set_nonblocking(false).expect("reading with waiting");
        Some(Client::over(stream))
    }
}
