//! What can be behind a website that suffers.

use core::fmt;

/// A cause that the diagnosis knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The weights in force send traffic elsewhere than capacity or approval do.
    Weights,
    /// Sessions or hashed keys ask for the same few endpoints.
    Persistence,
    /// A few long connections carry most of the traffic, and stay where they are.
    Connections,
    /// One client, or a handful, asks for much.
    HeavyClient,
    /// An endpoint is slow or fails by itself.
    SickServer,
    /// Failed requests are asked again, and the repetition is the load.
    RetryStorm,
    /// Endpoints are missing.
    CapacityLoss,
    /// More users than usual, who do what users do.
    Surge,
    /// Requests that are no users' work: a denial of service.
    Flood,
    /// The balancer itself is at a limit.
    BalancerLimit,
}

impl Cause {
    /// Every cause, in the order of [`Cause::index`].
    pub const ALL: [Cause; 10] = [
        Cause::Weights,
        Cause::Persistence,
        Cause::Connections,
        Cause::HeavyClient,
        Cause::SickServer,
        Cause::RetryStorm,
        Cause::CapacityLoss,
        Cause::Surge,
        Cause::Flood,
        Cause::BalancerLimit,
    ];

    /// Position in [`Cause::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name in labels, routes and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Weights => "weights",
            Cause::Persistence => "persistence",
            Cause::Connections => "connections",
            Cause::HeavyClient => "heavy_client",
            Cause::SickServer => "sick_server",
            Cause::RetryStorm => "retry_storm",
            Cause::CapacityLoss => "capacity_loss",
            Cause::Surge => "surge",
            Cause::Flood => "flood",
            Cause::BalancerLimit => "balancer_limit",
        }
    }

    /// The cause of that name.
    pub fn by_name(name: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
