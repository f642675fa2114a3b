//! Configurations of Envoy, in YAML or JSON: their values with places, and what they say of
//! balancing.

pub mod model;
mod schema;
pub mod yaml;

#[cfg(test)]
mod tests;
