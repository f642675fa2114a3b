//! Which balancers a drill can be run with.

use super::envoy::Envoy;
use super::evenkeel::Evenkeel;
use super::haproxy::Haproxy;
use super::nginx::Nginx;
use super::program::Program;
use super::setting::Setting;

/// A balancer, each with one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balancer {
    /// With its defaults, and what the scenario's `[pool]` says.
    Evenkeel,
    /// The program `haproxy`.
    Haproxy,
    /// The program `nginx`, as it comes without a licence.
    Nginx,
    /// The program `envoy`.
    Envoy,
}

impl Balancer {
    /// All of them.
    pub const ALL: [Balancer; 4] =
        [Balancer::Evenkeel, Balancer::Haproxy, Balancer::Nginx, Balancer::Envoy];

    /// Its name on reports and command lines.
    pub fn name(self) -> &'static str {
        match self {
            Balancer::Evenkeel => "evenkeel",
            Balancer::Haproxy => "haproxy",
            Balancer::Nginx => "nginx",
            Balancer::Envoy => "envoy",
        }
    }

    /// How it can be set, the best way first.
    pub fn settings(self) -> &'static [Setting] {
        use Setting::{Best, Bounded, Default, FullScan, Queued, Random2, Spill, Timeout};
        match self {
            Balancer::Evenkeel => &[Best],
            Balancer::Haproxy => &[Best, Default, Random2, Queued, Bounded, Spill, Timeout],
            Balancer::Nginx => &[Best, Default, Random2, Timeout],
            Balancer::Envoy => &[Best, Default, FullScan, Bounded, Timeout],
        }
    }

    pub(super) fn program(self) -> &'static dyn Program {
        match self {
            Balancer::Evenkeel => &Evenkeel,
            Balancer::Haproxy => &Haproxy,
            Balancer::Nginx => &Nginx,
            Balancer::Envoy => &Envoy,
        }
    }
}
