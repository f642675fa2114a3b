//! Reads one message as our side does: head, then body, by the same code that serves.

use crate::fault::Fault;
use crate::wire::http1::body::{Body, Form, Framing, Passage};
use crate::wire::http1::request::{self, FieldSpace, HeadLimits, RequestHead};

/// Small enough for cases to meet them, and smaller than hyper's.
pub(super) const LIMITS: HeadLimits = HeadLimits { bytes: 1500, fields: 24, allow_connect: false };

/// What a head says to whoever serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) method: String,
    /// Path and query; `*`; an authority for CONNECT.
    pub(super) target: String,
    /// The host, where the target names one.
    pub(super) authority: Option<String>,
    pub(super) is_1_1: bool,
    /// Lower-case names with their values, names in order, values as they came.
    pub(super) fields: Vec<(String, Vec<u8>)>,
}

/// What became of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Whole,
    /// The bytes ended first.
    Open,
    Broken,
}

/// A message at the start of some bytes.
pub(super) enum Reading {
    Refused(Fault),
    Waiting,
    Message {
        meaning: Meaning,
        payload: Vec<u8>,
        body: Ended,
        /// Bytes of the whole message; as far as it came, unless it is whole.
        len: usize,
        goes_on: bool,
    },
}

pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut space = FieldSpace::new();
    let head = match request::parse(bytes, &mut space, &LIMITS) {
        Err(fault) => return Reading::Refused(fault),
        Ok(None) => return Reading::Waiting,
        Ok(Some(head)) => head,
    };
    let mut payload = Vec::new();
    let mut body = Body::new(head.framing, Form::Bare);
    let taken = match body.take(&bytes[head.len..], &mut payload) {
        Err(_) => None,
        Ok(Passage::Rewritten(taken)) => Some(taken),
        Ok(Passage::AsIs(taken)) => {
            if head.framing != Framing::Chunked {
                payload.extend_from_slice(&bytes[head.len..][..taken]);
            }
            Some(taken)
        }
    };
    let ended = match taken {
        None => Ended::Broken,
        Some(_) if body.is_done() => Ended::Whole,
        Some(_) => Ended::Open,
    };
    Reading::Message {
        meaning: meaning(&head),
        payload,
        body: ended,
        len: head.len + taken.unwrap_or(0),
        goes_on: head.keep_alive,
    }
}

fn meaning(head: &RequestHead<'_, '_>) -> Meaning {
    let fields = head.fields.iter();
    let mut fields: Vec<_> =
        fields.map(|field| (field.name.to_ascii_lowercase(), field.value.to_vec())).collect();
    // Stable: values of one name stay in order.
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    Meaning {
        method: head.method.to_owned(),
        target: head.target.to_owned(),
        authority: Some(head.host.to_owned()),
        is_1_1: head.is_1_1,
        fields,
    }
}
