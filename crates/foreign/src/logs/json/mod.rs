//! Logs with one JSON object a line.

mod caddy;
mod dialect;
mod envoy;
mod evenkeel;
mod generic;
mod key;
mod memory;
mod read;
mod scan;
mod spelled;
mod traefik;

pub(super) use dialect::Dialect;
pub(super) use read::Json;
pub(super) use spelled::Spelled;
