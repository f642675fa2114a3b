//! Envoy: virtual hosts by domain, the first route that fits, and clusters by weight.

mod hash;
mod host;
mod matching;
mod paths;
mod routes;
mod table;

#[cfg(test)]
mod tests;

pub use routes::EnvoyRoutes;
