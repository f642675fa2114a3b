//! Why a request went where it went.

/// The reason of a pick, as metrics and the access log name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The policy placed a free request.
    Weight,
    /// The session stayed with its endpoint.
    AffinityKept,
    /// The session was bound elsewhere: its endpoint is over its bound or cannot serve.
    AffinityMoved,
    /// The hash key's own endpoint.
    Hash,
    /// The policy chose an endpoint that is still warming up.
    SlowStart,
    /// The session stayed with an endpoint that drains.
    Drain,
    /// The hash key's own endpoint is over its bound or cannot serve; the next one took it.
    Spill,
    /// A second or later attempt.
    Retry,
    /// No healthy endpoint could take it; a doubtful one was tried.
    Panic,
}

impl Reason {
    /// Every reason, in the order of [`Reason::index`].
    pub const ALL: [Reason; 9] = [
        Reason::Weight,
        Reason::AffinityKept,
        Reason::AffinityMoved,
        Reason::Hash,
        Reason::SlowStart,
        Reason::Drain,
        Reason::Spill,
        Reason::Retry,
        Reason::Panic,
    ];

    /// Position in [`Reason::ALL`], for counters.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Name in metrics, logs and the API.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Weight => "weight",
            Reason::AffinityKept => "affinity_kept",
            Reason::AffinityMoved => "affinity_moved",
            Reason::Hash => "hash",
            Reason::SlowStart => "slow_start",
            Reason::Drain => "drain",
            Reason::Spill => "spill",
            Reason::Retry => "retry",
            Reason::Panic => "panic",
        }
    }
}
