//! What a wire needs of a client's byte stream besides reading and writing.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::TcpStream;

/// A client's byte stream.
pub(crate) trait Downstream: AsyncRead + AsyncWrite + Unpin {
    /// Whether the client has ended or reset the connection, even if bytes that it sent before
    /// have not been read. Only what the runtime has noticed counts: no system call is made.
    fn has_left(&self) -> bool;

    /// Turns the close that follows into a reset: the client must not take what it has for all.
    fn abort(&self);
}

impl Downstream for TcpStream {
    fn has_left(&self) -> bool {
        let ready = pin!(self.ready(Interest::READABLE | Interest::ERROR));
        match ready.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(ready)) => ready.is_read_closed() || ready.is_error(),
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        }
    }

    fn abort(&self) {
        // Where it fails the connection is broken already, and nobody is misled.
        let _ = SockRef::from(self).set_linger(Some(Duration::ZERO));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{ErrorKind, Read, Write};
    use std::net::{Shutdown, TcpListener, TcpStream as Client};

    /// A client and our side of its connection.
    async fn pair() -> (Client, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let client = Client::connect(listener.local_addr().expect("bound")).expect("connected");
        let (ours, _) = listener.accept().expect("accepted");
        ours.set_nonblocking(true).expect("an open socket");
        (client, TcpStream::from_std(ours).expect("a runtime"))
    }

    fn run(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(test);
    }

    /// Until the runtime has looked at its sockets and `left` is what it knows.
    async fn becomes(stream: &TcpStream, left: bool) {
        for _ in 0..1000 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            if stream.has_left() == left {
                return;
            }
        }
        panic!("has_left() does not become {left}");
    }

    /// Goal: unread bytes do not hide a client's end. Method: bytes, then either end.
    #[test]
    fn a_client_has_left_though_its_bytes_are_unread() {
        run(async {
            for reset in [false, true] {
                let (mut client, ours) = pair().await;
                assert!(!ours.has_left());
                client.write_all(b"unread").expect("sent");
                ours.readable().await.expect("news");
                assert!(!ours.has_left(), "bytes alone are no end");
                if reset {
                    SockRef::from(&client).set_linger(Some(Duration::ZERO)).expect("linger");
                    drop(client);
                } else {
                    client.shutdown(Shutdown::Write).expect("ended");
                }
                becomes(&ours, true).await;
            }
        });
    }

    #[test]
    fn an_aborted_connection_ends_with_a_reset() {
        run(async {
            let (mut client, ours) = pair().await;
            ours.abort();
            drop(ours);
            let error = client.read(&mut [0]).expect_err("a reset");
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        });
    }
}
