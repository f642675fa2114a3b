//! Bytes on their way from one socket to the other: read into scratch, written from there, and
//! only what the receiver does not take at once is copied.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that a receiver has not taken yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) bytes: Vec<u8>,
    sent: usize,
}

impl Pending {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Pending { bytes, sent: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent == self.bytes.len()
    }

    /// Bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.sent
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.sent = 0;
    }

    /// Sends what is left. Ready when nothing is.
    pub(super) fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        to: &mut (impl AsyncWrite + Unpin),
    ) -> Poll<io::Result<()>> {
        while !self.is_empty() {
            match Pin::new(&mut *to).poll_write(cx, &self.bytes[self.sent..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => self.sent += count,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        self.clear();
        Poll::Ready(Ok(()))
    }

    /// Sends `bytes` at once as far as the receiver takes them, and keeps the rest.
    pub(super) fn send(
        &mut self,
        cx: &mut Context<'_>,
        to: &mut (impl AsyncWrite + Unpin),
        mut bytes: &[u8],
    ) -> io::Result<()> {
        while self.is_empty() && !bytes.is_empty() {
            match Pin::new(&mut *to).poll_write(cx, bytes) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => bytes = &bytes[count..],
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => break,
            }
        }
        if self.is_empty() {
            self.clear();
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// A body's first bytes up to this many are copied behind the head: that is cheaper than to hand
/// the kernel two pieces.
const COPIED_MAX: usize = 4 * 1024;

impl Pending {
    /// Sends a head and the first bytes of its body, in one call. The head's buffer may be used
    /// for both.
    pub(super) fn send_both(
        &mut self,
        cx: &mut Context<'_>,
        to: &mut (impl AsyncWrite + Unpin),
        head: &mut Vec<u8>,
        body: &[u8],
    ) -> io::Result<()> {
        if body.len() <= COPIED_MAX || !self.is_empty() {
            head.extend_from_slice(body);
            return self.send(cx, to, head);
        }
        let both = [IoSlice::new(head), IoSlice::new(body)];
        let sent = match Pin::new(&mut *to).poll_write_vectored(cx, &both) {
            Poll::Ready(sent) => sent?,
            Poll::Pending => 0,
        };
        let of_head = sent.min(head.len());
        self.send(cx, to, &head[of_head..])?;
        self.send(cx, to, &body[sent - of_head..])
    }
}

/// Reads once into `scratch`; the number of bytes, 0 at the end.
pub(super) fn poll_read(
    cx: &mut Context<'_>,
    from: &mut (impl AsyncRead + Unpin),
    scratch: &mut [u8],
) -> Poll<io::Result<usize>> {
    let mut buffer = ReadBuf::new(scratch);
    Pin::new(from).poll_read(cx, &mut buffer).map_ok(|()| buffer.filled().len())
}
