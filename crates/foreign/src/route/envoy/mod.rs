//! Envoy: virtual hosts by domain, the first route that fits, and clusters by weight.

mod host;
mod matching;
mod routes;
mod table;

#[cfg(test)]
mod tests;

pub use routes::EnvoyRoutes;
