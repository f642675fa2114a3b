//! The floor of the benchmark: forwards bytes it never looks at, one server connection per client.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use clap::Args;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::fault::Fault;

/// Options of the hidden `relay` chore.
#[derive(Args)]
pub(crate) struct RelayOptions {
    /// Where clients connect.
    #[arg(long)]
    listen: SocketAddr,
    /// The servers, used in turn.
    #[arg(long, value_delimiter = ',', required = true)]
    to: Vec<SocketAddr>,
}

const BUFFER: usize = 64 * 1024;

thread_local! {
    /// One buffer for all connections: it is empty again before anybody else's turn.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

/// Runs until it is killed.
pub(crate) fn relay(options: &RelayOptions) -> Result<(), Fault> {
    let failed = |error: io::Error| Fault::new("the relay failed").detail(error);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(failed)?;
    let local = tokio::task::LocalSet::new();
    runtime.block_on(local.run_until(serve(options))).map_err(failed)
}

async fn serve(options: &RelayOptions) -> io::Result<()> {
    let listener = listen(options.listen)?;
    for server in options.to.iter().cycle() {
        let (client, _) = listener.accept().await?;
        let server = *server;
        tokio::task::spawn_local(async move {
            // A connection that breaks ends; the client sees it and the benchmark counts it.
            let _ = forward(client, server).await;
        });
    }
    Ok(())
}

/// With room for thousands of clients that arrive at once.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(4096)
}

async fn forward(mut client: TcpStream, server: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (client_in, client_out) = client.split();
    let (server_in, server_out) = server.split();
    tokio::try_join!(pump(client_in, server_out), pump(server_in, client_out))?;
    Ok(())
}

async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<()> {
    loop {
        match poll_fn(|context| step(&mut from, &mut to, context)).await? {
            Step::Moved => {}
            Step::Stuck(rest) => to.write_all(&rest).await?,
            Step::Ended => return to.shutdown().await,
        }
    }
}

enum Step {
    Moved,
    /// The receiver takes no more for now; these bytes wait.
    Stuck(Vec<u8>),
    Ended,
}

fn step(
    from: &mut ReadHalf<'_>,
    to: &mut WriteHalf<'_>,
    context: &mut Context<'_>,
) -> Poll<io::Result<Step>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut buffer = ReadBuf::new(scratch);
        ready!(Pin::new(from).poll_read(context, &mut buffer))?;
        let bytes = buffer.filled();
        if bytes.is_empty() {
            return Poll::Ready(Ok(Step::Ended));
        }
        let written = match Pin::new(to).poll_write(context, bytes) {
            Poll::Ready(written) => written?,
            Poll::Pending => 0,
        };
        Poll::Ready(Ok(match &bytes[written..] {
            [] => Step::Moved,
            rest => Step::Stuck(rest.to_vec()),
        }))
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// Goal: bytes arrive whole in both directions, more than any socket buffer holds.
    /// Method: an echo server behind the relay, the client reads only after it has written.
    #[tokio::test(flavor = "current_thread")]
    async fn forwards_both_ways_and_ends_with_the_client() {
        let echo = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let server = echo.local_addr().unwrap();
        let front = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = front.local_addr().unwrap();
        let serving = async {
            let (client, _) = front.accept().await.unwrap();
            forward(client, server).await.unwrap();
        };
        let echoing = async {
            let mut received = Vec::new();
            let (mut stream, _) = echo.accept().await.unwrap();
            stream.read_to_end(&mut received).await.unwrap();
            stream.write_all(&received).await.unwrap();
        };
        let sent: Vec<u8> = (0..20_000_000u32).map(|index| (index % 251) as u8).collect();
        let client = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&sent).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).await.unwrap();
            assert!(received == sent, "{} of {} bytes", received.len(), sent.len());
        };
        tokio::join!(serving, echoing, client);
    }
}
