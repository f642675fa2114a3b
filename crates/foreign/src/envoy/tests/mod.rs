//! Goal: what a file of Envoy's says is read as Envoy reads it, with its places. Method: small
//! files in YAML and JSON, and what was read of them as lines.

mod clusters;
mod files;
mod garbage;
mod routes;
mod show;
mod yaml;
