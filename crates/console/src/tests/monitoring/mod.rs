//! The rules and the dashboard that are shipped, held against what is exported.

mod dashboard;
mod grafana;
mod promql;
mod rules;
mod shipped;
