//! What a part of a line can mean.

/// The meaning of a part of a line. Numbers point into the names of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Nothing that is wanted.
    Skip,
    /// The same where it is a list.
    SkippedList,
    /// When the request came.
    Time,
    /// When it ended: only where nothing else says when it came.
    TimeEnded,
    /// The client's address, with a port or without. Where a list stands, it is `X-Forwarded-For`.
    Client,
    /// The same where a port always follows.
    ClientPort,
    /// The same where it may be that of a proxy: only where nothing else tells it.
    ClientGuess,
    /// The same where nothing but an address may stand.
    ClientAddress,
    /// `X-Forwarded-For`.
    Forwarded,
    /// The same where nothing but addresses may stand.
    Addresses,
    /// The whole request line.
    Request,
    /// The same with a whole URL that always has a port, be it none that was sent.
    RequestPort,
    Method,
    /// Path and query, or a whole URL, as it was sent.
    Target,
    /// The same, perhaps after rewriting: only where nothing else tells it.
    TargetGuess,
    /// The path alone, perhaps after rewriting.
    Path,
    /// The query alone, with its question mark or without.
    Query,
    /// Host and target with nothing between.
    HostTarget,
    Host,
    /// The same with a port that is not what was sent.
    HostPort,
    /// A host that is true where nothing better is known, such as a TLS server name.
    HostGuess,
    Status,
    Bytes,
    /// How long it took; a unit for each.
    Seconds,
    Millis,
    Micros,
    Nanos,
    /// A part of the time it took, in seconds; parts add up.
    SecondsPart,
    /// The servers' times of a request that has no other, in seconds.
    SecondsGuess,
    /// A time with its unit, as `1.5ms` or `12ms`.
    Span,
    /// One server.
    Server,
    /// One server, as a URL.
    ServerUrl,
    /// The servers that were tried in turn; the last one answered.
    Servers,
    Backend,
    /// `backend/server`.
    BackendServer,
    Frontend,
    Agent,
    Referer,
    Cookies,
    Ended,
    /// Whether a session began, was kept or was moved, in the words of Evenkeel's log.
    Binding,
    Id,
    Header(u16),
    Answer(u16),
    Cookie(u16),
    /// HAProxy's captured headers: `{a|b}`.
    Captures,
    /// The same of the response.
    AnswerCaptures,
    /// `name=value` of the request.
    CookiePair,
    /// `name=value` of the response.
    AnswerCookiePair,
}

impl Field {
    /// Whether values come in lists such as `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`, whose
    /// spaces end nothing.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Field::Client
                | Field::Forwarded
                | Field::Servers
                | Field::SecondsPart
                | Field::SecondsGuess
                | Field::SkippedList
        )
    }
}
