//! HAProxy: `use_backend`, `use-server`, and what is answered without any server.

mod answer;
mod changed;
mod condition;
mod convert;
mod fetch;
mod format;
mod front;
mod map;
mod pattern;
mod reading;
mod routes;
mod sample;
mod test;

#[cfg(test)]
mod tests;

pub use routes::HaproxyRoutes;
