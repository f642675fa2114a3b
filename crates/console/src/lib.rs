//! Shows: the admin listener, its status, its metrics and its one control, the reload.

mod answer;
mod metrics;
mod routes;
mod server;
mod source;

#[cfg(test)]
mod tests;

pub use server::serve;
pub use source::Source;
