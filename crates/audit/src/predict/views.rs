//! The pools of a configuration, whoever's balancer it is for.

use super::pool::{NotImitated, Pool};
use super::{envoy, haproxy, nginx, own};
use crate::subject::{Parsed, Subject};

/// All pools, by name; those that are not imitated with the reason.
pub(super) fn pools(subject: &Subject) -> Vec<(String, Result<Pool, NotImitated>)> {
    match &subject.parsed {
        Parsed::Haproxy(config) => haproxy::pools(config),
        Parsed::Nginx(config) => nginx::pools(config),
        Parsed::Envoy(configs) => envoy::pools(configs),
        Parsed::Evenkeel(own) => own::pools(own),
    }
}
