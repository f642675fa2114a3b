//! An upgraded connection: bytes both ways until both sides are done or nobody speaks.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::Peer;
use super::flow::{self, Pending};
use crate::upstream::Upstream;
use crate::wire::Downstream;
use crate::worker::Worker;

/// One direction of a tunnel.
#[derive(Default)]
struct Way {
    pending: Pending,
    passed: u64,
    source_ended: bool,
    done: bool,
}

impl Way {
    /// Moves bytes until one side has to wait; `true` when any moved. An error ends the tunnel.
    fn advance(
        &mut self,
        cx: &mut Context<'_>,
        worker: &Worker,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> std::io::Result<bool> {
        let mut moved = false;
        loop {
            match self.pending.poll_flush(cx, to) {
                Poll::Pending => return Ok(moved),
                Poll::Ready(result) => result?,
            }
            if self.source_ended {
                if !self.done && Pin::new(&mut *to).poll_shutdown(cx)?.is_ready() {
                    self.done = true;
                }
                return Ok(moved);
            }
            let mut scratch = worker.scratch();
            match flow::poll_read(cx, from, &mut scratch) {
                Poll::Pending => return Ok(moved),
                Poll::Ready(Ok(0)) => self.source_ended = true,
                Poll::Ready(Ok(count)) => {
                    moved = true;
                    self.passed += count as u64;
                    self.pending.send(cx, to, &scratch[..count])?;
                }
                Poll::Ready(Err(error)) => return Err(error),
            }
        }
    }
}

/// Runs the tunnel to its end; answers the bytes from and to the client.
pub(super) async fn run<S>(
    worker: &Worker,
    peer: &mut Peer<S>,
    upstream: &mut Upstream,
    down: &mut Pending,
    idle_ms: u64,
) -> (u64, u64)
where
    S: Downstream,
{
    worker.shared.tunnels.fetch_add(1, Relaxed);
    // What the client sent ahead of the switch was meant for the new protocol.
    let ahead = std::mem::take(&mut peer.rest);
    let mut up_way = Way { passed: ahead.len() as u64, ..Way::default() };
    up_way.pending = Pending::new(ahead);
    let mut down_way = Way { pending: std::mem::take(down), ..Way::default() };
    peer.deadline.set(worker.now_ms().saturating_add(idle_ms));
    poll_fn(|cx| {
        let up = up_way.advance(cx, worker, &mut peer.stream, &mut upstream.stream);
        let back = down_way.advance(cx, worker, &mut upstream.stream, &mut peer.stream);
        let (Ok(up), Ok(back)) = (up, back) else { return Poll::Ready(()) };
        if up_way.done && down_way.done {
            return Poll::Ready(());
        }
        if up || back {
            peer.deadline.set(worker.now_ms().saturating_add(idle_ms));
        }
        if peer.deadline.is_over(cx, worker.now_ms()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    worker.shared.tunnels.fetch_sub(1, Relaxed);
    (up_way.passed, down_way.passed)
}
