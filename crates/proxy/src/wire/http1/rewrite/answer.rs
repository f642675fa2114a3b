//! Answers that the balancer makes itself.

use std::io::Write;

use crate::fault::Fault;

/// What the request and its connection ask of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The request was HEAD: its answer has no body.
    pub(crate) head_only: bool,
    /// The client's connection stays open after this answer.
    pub(crate) keep_alive: bool,
}

/// Writes a whole answer made by the balancer.
pub(crate) fn fault(fault: Fault, shape: Shape, out: &mut Vec<u8>) {
    let (status, phrase) = fault.status();
    let body = format!("{status} {phrase}: {}\n", fault.name());
    let connection = if shape.keep_alive { "" } else { "connection: close\r\n" };
    let retry = if status == 503 { "retry-after: 1\r\n" } else { "" };
    let allow =
        if status == 405 { "allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n" } else { "" };
    // Writing into a Vec cannot fail.
    let _ = write!(
        out,
        "HTTP/1.1 {status} {phrase}\r\ncontent-type: text/plain\r\ncache-control: no-store\r\n\
         content-length: {}\r\nx-evenkeel-error: {}\r\n{retry}{allow}{connection}\r\n",
        body.len(),
        fault.name()
    );
    if !shape.head_only {
        out.extend_from_slice(body.as_bytes());
    }
}
