//! Who decides: the real pool, policies of others, and ideals that see what nobody sees.

mod central;
mod decider;
mod envoy;
mod haproxy;
mod ideal;
mod local;
mod nginx;
mod ours;
mod prequal;
mod sticky;

pub(crate) use central::Central;
pub(crate) use decider::{Answer, Cookie, Decider, Decision, Question};
pub(crate) use envoy::LeastRequest;
pub(crate) use haproxy::{LeastConn, RandomTwo};
pub(crate) use ideal::{Ideal, Knowledge};
pub(crate) use nginx::SmoothRoundRobin;
pub(crate) use ours::Ours;
pub(crate) use prequal::Prequal;
pub(crate) use sticky::Sticky;
