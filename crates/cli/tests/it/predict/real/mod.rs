//! Configurations with many ways, run by the real balancers: each request of a log reaches the
//! pool and the server that `evenkeel predict --each` says.

mod ask;
mod envoy;
mod haproxy;
mod haproxy_order;
mod loads;
mod nginx;
mod site;
mod told;
mod traffic;
