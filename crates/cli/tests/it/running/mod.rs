//! `evenkeel audit --running`, and scheduled audits, against balancers that run.

mod envoy;
mod haproxy;
mod nginx;
mod own;
mod process;
mod scheduled;
mod silent;
