//! What the exchange asks of a protocol: one request, tried at endpoints and answered once.

use std::task::{Context, Poll};

use crate::fault::Fault;
use crate::upstream::Upstream;

/// One request of one client, as its wire sees it.
///
/// The exchange calls `attempt` until one is delivered, then `relay` once; or `refuse`.
pub(crate) trait Transaction {
    /// Whether the request can still be sent from its beginning.
    fn is_replayable(&self) -> bool;

    /// Ready when the client has left or the deadline is over.
    fn poll_interrupted(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt>;

    /// Ends whatever comes next with [`Interrupt::Deadline`] in so many milliseconds.
    fn allow_ms(&mut self, ms: u64);

    /// Sends the request and reads the response's head, then asks `decide` by its status and
    /// by whether the request could be sent again from here.
    /// The client's bytes begin to leave before this returns.
    async fn attempt(
        &mut self,
        upstream: &mut Upstream,
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16, bool) -> Decision,
    ) -> Result<Attempted, AttemptError>;

    /// Passes on what is left of request and response. Answers whether the upstream
    /// connection may carry another request.
    async fn relay(&mut self, upstream: &mut Upstream, asked: &Asked<'_>) -> Result<bool, Fault>;

    /// Answers in the endpoints' stead.
    async fn refuse(&mut self, fault: Fault);

    /// Body bytes received from and sent to the client.
    fn bytes(&self) -> (u64, u64);

    /// Name of the listener that it came by.
    fn listener(&self) -> &str;

    /// Method, host, path as the access log shows them.
    fn line(&self) -> (&[u8], &[u8], &[u8]);
}

/// What one attempt adds to the request and to its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Name of the endpoint that the session has left.
    pub(crate) previous_endpoint: Option<&'a str>,
    /// `Set-Cookie` of a new binding.
    pub(crate) set_cookie: Option<&'a str>,
    /// Longest wait for the response's head once the request is sent.
    pub(crate) response_head_ms: u64,
    /// Longest silence while bodies pass.
    pub(crate) idle_ms: u64,
    /// Longest silence of an upgraded connection.
    pub(crate) tunnel_ms: u64,
}

/// What becomes of a response, by its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The client gets it.
    Deliver,
    /// Another endpoint will be asked.
    Retry,
}

/// How an attempt went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempted {
    /// The response is on its way to the client.
    Delivering,
    /// It was dropped; whether its connection may be used again.
    Dropped {
        /// The whole response was read.
        reusable: bool,
    },
}

/// Why an attempt brought no response, by the side that is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttemptError {
    /// A kept connection had been closed by the endpoint; says nothing about its health.
    Stale,
    /// The endpoint's doing.
    Upstream(Fault),
    /// The client's doing.
    Downstream(Fault),
}

/// Why waiting ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    Gone,
    /// The time that was allowed last.
    Deadline,
    /// The time for the whole request.
    Overdue,
}
