//! Who plays the balancer.

use balance::PoolSpec;

use crate::decide::{
    Central, Decider, Ideal, Knowledge, LeastConn, LeastRequest, Ours, Prequal, RandomTwo,
    SmoothRoundRobin, Sticky,
};

/// A policy to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// One queue before all servers.
    Central,
    /// Join the shortest queue, whoever has made it.
    ShortestQueue,
    /// Shortest expected delay: counts, slots and speeds are known.
    ShortestDelay,
    /// Least work left: every demand is known in advance.
    LeastWork,
    /// Any server.
    Random,
    /// The shortest queue of so many drawn at random.
    Choices(usize),
    /// HAProxy's `leastconn`.
    HaproxyLeastconn,
    /// HAProxy's `random(2)`.
    HaproxyRandom,
    /// Envoy's `LEAST_REQUEST`.
    EnvoyLeastRequest,
    /// nginx's default.
    NginxRoundRobin,
    /// Prequal's hot-cold rule.
    Prequal,
}

impl Reference {
    /// All of them, ideals first.
    pub const ALL: [Reference; 11] = [
        Reference::Central,
        Reference::ShortestQueue,
        Reference::ShortestDelay,
        Reference::LeastWork,
        Reference::Random,
        Reference::Choices(2),
        Reference::HaproxyLeastconn,
        Reference::HaproxyRandom,
        Reference::EnvoyLeastRequest,
        Reference::NginxRoundRobin,
        Reference::Prequal,
    ];

    /// Its name on reports and command lines.
    pub fn name(self) -> &'static str {
        match self {
            Reference::Central => "central",
            Reference::ShortestQueue => "jsq",
            Reference::ShortestDelay => "sed",
            Reference::LeastWork => "lwl",
            Reference::Random => "random",
            Reference::Choices(_) => "jsq2",
            Reference::HaproxyLeastconn => "haproxy-leastconn",
            Reference::HaproxyRandom => "haproxy-random2",
            Reference::EnvoyLeastRequest => "envoy-least-request",
            Reference::NginxRoundRobin => "nginx-round-robin",
            Reference::Prequal => "prequal",
        }
    }

    /// Whether cookies can be put before it: those of the peers.
    fn is_peer(self) -> bool {
        use Reference::{EnvoyLeastRequest, HaproxyLeastconn, HaproxyRandom, NginxRoundRobin};
        matches!(self, HaproxyLeastconn | HaproxyRandom | EnvoyLeastRequest | NginxRoundRobin)
    }
}

/// Who decides in a play.
#[derive(Clone, Debug, PartialEq)]
pub enum Cast {
    /// The real pool.
    Ours(Box<PoolSpec>),
    /// A policy to compare with; a peer has cookies that pin each user, where asked for.
    Reference {
        /// Which.
        reference: Reference,
        /// Users hold a cookie that names their server.
        sticky: bool,
    },
}

impl Cast {
    /// One balancer.
    pub(crate) fn decider(&self, servers: usize, seed: u64) -> Box<dyn Decider> {
        let (reference, sticky) = match self {
            Cast::Ours(spec) => return Box::new(Ours::new(PoolSpec::clone(spec), seed)),
            Cast::Reference { reference, sticky } => (*reference, *sticky && reference.is_peer()),
        };
        let ideal = |knowledge| Box::new(Ideal::new(knowledge, seed)) as Box<dyn Decider>;
        match reference {
            Reference::Central => Box::new(Central::new(seed)),
            Reference::ShortestQueue => ideal(Knowledge::Counts),
            Reference::ShortestDelay => ideal(Knowledge::Speeds),
            Reference::LeastWork => ideal(Knowledge::Demands),
            Reference::Random => ideal(Knowledge::Nothing),
            Reference::Choices(d) => ideal(Knowledge::Some(d)),
            Reference::HaproxyLeastconn => pinned(LeastConn::new(servers), servers, sticky),
            Reference::HaproxyRandom => pinned(RandomTwo::new(servers, seed), servers, sticky),
            Reference::EnvoyLeastRequest => {
                pinned(LeastRequest::new(servers, seed), servers, sticky)
            }
            Reference::NginxRoundRobin => pinned(SmoothRoundRobin::new(servers), servers, sticky),
            Reference::Prequal => Box::new(Prequal::new(servers, seed)),
        }
    }
}

fn pinned<D: Decider + 'static>(free: D, servers: usize, sticky: bool) -> Box<dyn Decider> {
    if sticky { Box::new(Sticky::new(free, servers)) } else { Box::new(free) }
}
