//! Hands a pool to the deciding core in the core's own words.

use balance::{
    AffinitySpec, EjectionSpec, EndpointSpec, Policy, PoolSpec, RetrySpec, SessionState,
};

use crate::settings::{Affinity, Ejection, Endpoint, HashKey, PolicyName, Pool, Retry, StateName};

impl Pool {
    /// The pool as the deciding core reads it; endpoints keep the file's order.
    pub fn spec(&self) -> PoolSpec {
        PoolSpec {
            policy: self.policy.into(),
            hash_bound: self.hash.as_ref().map_or(HashKey::BOUND, |hash| hash.bound),
            endpoints: self.endpoints.iter().map(EndpointSpec::from).collect(),
            affinity: self.affinity.as_ref().map(AffinitySpec::from),
            slow_start_ns: self.slow_start.as_nanos(),
            ejection: EjectionSpec::from(&self.ejection),
            retry: RetrySpec::from(&self.retry),
        }
    }
}

impl From<PolicyName> for Policy {
    fn from(name: PolicyName) -> Self {
        match name {
            PolicyName::LeastPressure => Self::LeastPressure,
            PolicyName::RoundRobin => Self::RoundRobin,
            PolicyName::Random => Self::Random,
            PolicyName::TwoChoices => Self::TwoChoices,
            PolicyName::PeakEwma => Self::PeakEwma,
            PolicyName::Rendezvous => Self::Rendezvous,
            PolicyName::Maglev => Self::Maglev,
            PolicyName::Ring => Self::Ring,
        }
    }
}

impl From<StateName> for SessionState {
    fn from(name: StateName) -> Self {
        match name {
            StateName::None => Self::None,
            StateName::Soft => Self::Soft,
            StateName::Hard => Self::Hard,
        }
    }
}

impl From<&Affinity> for AffinitySpec {
    fn from(affinity: &Affinity) -> Self {
        Self {
            state: affinity.state.into(),
            bound: affinity.bound,
            move_ratio: affinity.move_ratio,
            cooldown_s: affinity.cooldown.as_secs_up(),
            ttl_s: affinity.ttl.as_secs_up(),
            epoch: affinity.epoch,
        }
    }
}

impl From<&Ejection> for EjectionSpec {
    fn from(ejection: &Ejection) -> Self {
        Self {
            consecutive: ejection.consecutive,
            interval_ns: ejection.interval.as_nanos(),
            base_ns: ejection.base.as_nanos(),
            max_ns: ejection.max.as_nanos(),
            max_share: ejection.max_share,
        }
    }
}

impl From<&Retry> for RetrySpec {
    fn from(retry: &Retry) -> Self {
        Self { ratio: retry.ratio, per_second: retry.per_second, attempts: retry.attempts }
    }
}

impl From<&Endpoint> for EndpointSpec {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            name: endpoint.name.clone(),
            capacity: endpoint.capacity,
            weight: endpoint.weight,
            limit: endpoint.limit,
            drain: endpoint.drain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: nothing is lost or swapped on the way to the core. Method: distinct values.
    #[test]
    fn a_pool_reaches_the_core_whole() {
        let text = r#"
            policy = "ring"
            hash = { by = "header", name = "x-user", bound = 1.5 }
            affinity = { state = "hard", bound = 3.0, move_ratio = 0.1, cooldown = "6500ms",
                         ttl = "2h", epoch = 3 }
            slow_start = "11s"
            ejection = { consecutive = 4, interval = "1s", base = "2s", max = "3s",
                         max_share = 0.5 }
            retry = { ratio = 0.3, per_second = 4, attempts = 2 }
            endpoints = [
                { name = "b", address = "10.0.0.1:1", capacity = 8, weight = 0.5, limit = 9 },
                { name = "a", address = "10.0.0.2:1", drain = true },
            ]
        "#;
        let pool: Pool = toml::from_str(text).unwrap();
        let endpoint = |name: &str, capacity, weight, limit, drain| EndpointSpec {
            name: name.to_owned(),
            capacity,
            weight,
            limit,
            drain,
        };
        let expected = PoolSpec {
            policy: Policy::Ring,
            hash_bound: 1.5,
            endpoints: vec![
                endpoint("b", 8.0, 0.5, Some(9), false),
                endpoint("a", 100.0, 1.0, None, true),
            ],
            affinity: Some(AffinitySpec {
                state: SessionState::Hard,
                bound: 3.0,
                move_ratio: 0.1,
                cooldown_s: 7,
                ttl_s: 7200,
                epoch: 3,
            }),
            slow_start_ns: 11_000_000_000,
            ejection: EjectionSpec {
                consecutive: 4,
                interval_ns: 1_000_000_000,
                base_ns: 2_000_000_000,
                max_ns: 3_000_000_000,
                max_share: 0.5,
            },
            retry: RetrySpec { ratio: 0.3, per_second: 4.0, attempts: 2 },
        };
        assert_eq!(pool.spec(), expected);
        assert_eq!(Pool::default().spec().hash_bound, 1.25);
    }
}
