//! Which balancers a drill can be run with.

/// A balancer, in the best setting that needs no knowledge of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balancer {
    /// With its defaults, and what the scenario's `[pool]` says.
    Evenkeel,
    /// `leastconn`, retries, errors observed; a cookie where the scenario is sticky.
    Haproxy,
    /// `least_conn`, failures passed to the next server. It has no cookies of its own.
    Nginx,
}

impl Balancer {
    /// All of them.
    pub const ALL: [Balancer; 3] = [Balancer::Evenkeel, Balancer::Haproxy, Balancer::Nginx];

    /// Its name on reports and command lines.
    pub fn name(self) -> &'static str {
        match self {
            Balancer::Evenkeel => "evenkeel",
            Balancer::Haproxy => "haproxy",
            Balancer::Nginx => "nginx",
        }
    }
}
