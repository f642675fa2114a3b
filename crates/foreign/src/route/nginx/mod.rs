//! nginx: servers by name, locations, rewrites, and passes with variables.

mod access;
mod host;
mod location;
mod map;
mod network;
mod routes;
mod shared;
mod site;
mod split;
mod values;
mod walk;

#[cfg(test)]
mod tests;

pub use routes::NginxRoutes;
