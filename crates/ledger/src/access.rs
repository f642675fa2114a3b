//! The access record: one JSON line per request.

use std::io::Write;
use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::calendar::Utc;

/// What is known of one request when it has ended. Durations are nanoseconds.
#[derive(Clone, Debug)]
pub struct AccessRecord<'a> {
    /// When it arrived.
    pub time: SystemTime,
    /// The client's address, behind trusted proxies.
    pub client: IpAddr,
    /// Name of the listener.
    pub listener: &'a str,
    /// Method as sent.
    pub method: &'a [u8],
    /// Host as sent, with port.
    pub host: &'a [u8],
    /// Path and query.
    pub path: &'a [u8],
    /// Status sent to the client; 499 when it left before one.
    pub status: u16,
    /// Body bytes received from the client.
    pub bytes_in: u64,
    /// Body bytes sent to the client.
    pub bytes_out: u64,
    /// From the request's head to the last byte of the response.
    pub duration_ns: u64,
    /// From the request's head to the response's head; 0 without one.
    pub first_byte_ns: u64,
    /// Time in the queue.
    pub queue_ns: u64,
    /// Pool; empty when none was reached.
    pub pool: &'a str,
    /// Endpoint of the last attempt; empty when none.
    pub endpoint: &'a str,
    /// Attempts made.
    pub attempts: u32,
    /// Reason of the last pick; empty when none.
    pub reason: &'a str,
    /// `none`, `new`, `kept` or `moved`.
    pub affinity: &'a str,
    /// Error made by the balancer, or `client_gone`; empty when none.
    pub error: &'a str,
}

impl AccessRecord<'_> {
    /// Appends the record as one line.
    pub fn write_line(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"time\":\"");
        write_time(out, self.time);
        // Writing into a Vec cannot fail.
        let _ = write!(out, "\",\"client\":\"{}\"", self.client);
        text(out, "listener", self.listener.as_bytes());
        text(out, "method", self.method);
        text(out, "host", self.host);
        text(out, "path", self.path);
        let _ = write!(
            out,
            ",\"status\":{},\"bytes_in\":{},\"bytes_out\":{}",
            self.status, self.bytes_in, self.bytes_out
        );
        milliseconds(out, "duration_ms", self.duration_ns);
        milliseconds(out, "first_byte_ms", self.first_byte_ns);
        milliseconds(out, "queue_ms", self.queue_ns);
        text(out, "pool", self.pool.as_bytes());
        text(out, "endpoint", self.endpoint.as_bytes());
        let _ = write!(out, ",\"attempts\":{}", self.attempts);
        text(out, "reason", self.reason.as_bytes());
        text(out, "affinity", self.affinity.as_bytes());
        if !self.error.is_empty() {
            text(out, "error", self.error.as_bytes());
        }
        out.extend_from_slice(b"}\n");
    }
}

fn milliseconds(out: &mut Vec<u8>, name: &str, ns: u64) {
    let _ = write!(out, ",\"{name}\":{}.{:03}", ns / 1_000_000, ns / 1000 % 1000);
}

fn text(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":\"");
    for &byte in value {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            // A byte outside ASCII is shown as the character of the same number, so that the
            // line is valid JSON whatever a client sent.
            0..=0x1f | 0x7f.. => {
                let _ = write!(out, "\\u{byte:04x}");
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// RFC 3339 in UTC with milliseconds.
pub(crate) fn write_time(out: &mut Vec<u8>, time: SystemTime) {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let moment = Utc::of(since.as_secs());
    let _ = write!(out, "{moment}.{:03}Z", since.subsec_millis());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_line_is_valid_json_whatever_the_client_sent() {
        let record = AccessRecord {
            time: UNIX_EPOCH + Duration::from_millis(1_709_210_096_789),
            client: IpAddr::from([127, 0, 0, 1]),
            listener: "web",
            method: b"GET",
            host: b"a\"b\\c\x01\xff",
            path: b"/x?y=1",
            status: 200,
            bytes_in: 1,
            bytes_out: 2,
            duration_ns: 12_345_678,
            first_byte_ns: 999,
            queue_ns: 0,
            pool: "p",
            endpoint: "web1",
            attempts: 2,
            reason: "retry",
            affinity: "none",
            error: "",
        };
        let mut line = Vec::new();
        record.write_line(&mut line);
        let json: serde_json::Value = serde_json::from_slice(&line).expect("valid JSON");
        assert_eq!(json["time"], "2024-02-29T12:34:56.789Z");
        assert_eq!(json["host"], "a\"b\\c\u{1}\u{ff}");
        assert_eq!(json["duration_ms"], 12.345);
        assert_eq!(json["first_byte_ms"], 0.0);
        assert!(json.get("error").is_none() && line.ends_with(b"}\n"));
    }
}
