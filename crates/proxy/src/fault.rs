//! Answers that the balancer makes itself, because no endpoint gave one.

/// Why the balancer answers instead of an endpoint. The name goes into `x-evenkeel-error`,
/// the access log and the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    BadRequest,
    NoRoute,
    MethodRefused,
    RequestTimeout,
    BodyTooLarge,
    TargetTooLong,
    ExpectationFailed,
    HeadTooLarge,
    ConnectFailed,
    UpstreamReset,
    BadResponse,
    NoEndpoint,
    /// No descriptor, port or memory was left to connect with.
    NoResources,
    QueueFull,
    QueueTimeout,
    ConnectTimeout,
    ResponseTimeout,
    RequestDeadline,
    /// The client left first; nothing is sent.
    ClientGone,
    /// The endpoint broke off in the middle of its response; nothing more can be sent.
    Truncated,
}

impl Fault {
    pub(crate) const ALL: [Fault; 20] = [
        Fault::BadRequest,
        Fault::NoRoute,
        Fault::MethodRefused,
        Fault::RequestTimeout,
        Fault::BodyTooLarge,
        Fault::TargetTooLong,
        Fault::ExpectationFailed,
        Fault::HeadTooLarge,
        Fault::ConnectFailed,
        Fault::UpstreamReset,
        Fault::BadResponse,
        Fault::NoEndpoint,
        Fault::NoResources,
        Fault::QueueFull,
        Fault::QueueTimeout,
        Fault::ConnectTimeout,
        Fault::ResponseTimeout,
        Fault::RequestDeadline,
        Fault::ClientGone,
        Fault::Truncated,
    ];

    /// Position in [`Fault::ALL`], for counters.
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    pub(crate) fn name(self) -> &'static str {
        self.facts().0
    }

    /// Status code and reason phrase.
    pub(crate) fn status(self) -> (u16, &'static str) {
        let (_, status, phrase) = self.facts();
        (status, phrase)
    }

    fn facts(self) -> (&'static str, u16, &'static str) {
        match self {
            Fault::BadRequest => ("bad_request", 400, "Bad Request"),
            Fault::NoRoute => ("no_route", 404, "Not Found"),
            Fault::MethodRefused => ("method_refused", 405, "Method Not Allowed"),
            Fault::RequestTimeout => ("request_timeout", 408, "Request Timeout"),
            Fault::BodyTooLarge => ("body_too_large", 413, "Content Too Large"),
            Fault::TargetTooLong => ("target_too_long", 414, "URI Too Long"),
            Fault::ExpectationFailed => ("expectation_failed", 417, "Expectation Failed"),
            Fault::HeadTooLarge => ("head_too_large", 431, "Request Header Fields Too Large"),
            Fault::ConnectFailed => ("connect_failed", 502, "Bad Gateway"),
            Fault::UpstreamReset => ("upstream_reset", 502, "Bad Gateway"),
            Fault::BadResponse => ("bad_response", 502, "Bad Gateway"),
            Fault::NoEndpoint => ("no_endpoint", 503, "Service Unavailable"),
            Fault::NoResources => ("no_resources", 503, "Service Unavailable"),
            Fault::QueueFull => ("queue_full", 503, "Service Unavailable"),
            Fault::QueueTimeout => ("queue_timeout", 503, "Service Unavailable"),
            Fault::ConnectTimeout => ("connect_timeout", 504, "Gateway Timeout"),
            Fault::ResponseTimeout => ("response_timeout", 504, "Gateway Timeout"),
            Fault::RequestDeadline => ("request_deadline", 504, "Gateway Timeout"),
            Fault::ClientGone => ("client_gone", 499, "Client Closed Request"),
            Fault::Truncated => ("truncated", 502, "Bad Gateway"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_own_counter_and_name() {
        for (index, fault) in Fault::ALL.into_iter().enumerate() {
            assert_eq!(fault.index(), index, "{fault:?}");
            let same = Fault::ALL.iter().filter(|other| other.name() == fault.name());
            assert_eq!(same.count(), 1, "{fault:?}");
        }
        assert!(Fault::ALL.len() <= ledger::tally::ERRORS);
    }

    /// Goal: errors.md is current. Method: compare its rows with the faults, both ways; where
    /// nothing can be sent, the page has no status.
    #[test]
    fn every_fault_is_documented() {
        let page = include_str!("../../../docs/reference/errors.md");
        let rows = page.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((name.to_owned(), rest.split(' ').next()?.to_owned()))
        });
        let status = |fault: Fault| match fault {
            Fault::ClientGone | Fault::Truncated => "–".to_owned(),
            _ => fault.status().0.to_string(),
        };
        let ours = Fault::ALL.map(|fault| (fault.name().to_owned(), status(fault)));
        assert_eq!(rows.collect::<Vec<_>>(), ours);
    }
}
