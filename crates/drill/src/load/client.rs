//! The connections of a load to its target, in either protocol.

use super::answer::Answer;
use super::dial::Dial;
use super::failure::Failure;
use super::http1::Http1;
use super::http2::Http2;
use super::progress::Progress;
use super::spec::{Connections, LoadSpec, Protocol};
use super::template::{Extra, Template};

/// Sends requests and keeps connections for the next ones.
pub(super) enum Client {
    Http1(Http1),
    Http2(Http2),
}

impl Client {
    pub(super) fn new(dial: Dial, spec: &LoadSpec) -> Client {
        let sets = match spec.connections {
            Connections::Shared => 1,
            Connections::PerUser | Connections::PerUserAddress => spec.users as usize,
        };
        match spec.protocol {
            Protocol::Http1 => Client::Http1(Http1::new(dial, sets, spec.connections_max)),
            Protocol::Http2 => Client::Http2(Http2::new(dial, sets, spec.connections_max)),
        }
    }

    /// Sends a request and reads the response to its end.
    pub(super) async fn exchange(
        &self,
        user: u32,
        template: &Template,
        extra: Extra,
        progress: &Progress,
    ) -> Result<Answer, Failure> {
        match self {
            Client::Http1(client) => client.exchange(user, template, extra, progress).await,
            Client::Http2(client) => client.exchange(user, template, extra, progress).await,
        }
    }
}
