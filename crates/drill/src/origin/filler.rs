//! A response body of any length that takes no memory.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

const CHUNK: usize = 64 * 1024;
static CHUNK_OF_TEXT: [u8; CHUNK] = [b'e'; CHUNK];

/// So many bytes of text, its length known from the start.
#[derive(Debug)]
pub(super) struct Filler {
    left: u64,
}

impl Filler {
    pub(super) fn new(bytes: u64) -> Filler {
        Filler { left: bytes }
    }
}

impl Body for Filler {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = usize::try_from(self.left).map_or(CHUNK, |left| left.min(CHUNK));
        self.left -= length as u64;
        let chunk = Bytes::from_static(&CHUNK_OF_TEXT).slice(..length);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
