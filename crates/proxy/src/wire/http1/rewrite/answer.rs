//! Answers that the balancer makes itself.

use std::io::Write;

use crate::fault::Fault;

/// Writes a whole answer made by the balancer.
pub(crate) fn fault(fault: Fault, head_only: bool, keep_alive: bool, out: &mut Vec<u8>) {
    let (status, phrase) = fault.status();
    let body = format!("{status} {phrase}: {}\n", fault.name());
    let connection = if keep_alive { "" } else { "connection: close\r\n" };
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
    if !head_only {
        out.extend_from_slice(body.as_bytes());
    }
}
