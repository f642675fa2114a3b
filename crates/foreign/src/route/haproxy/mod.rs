//! HAProxy: `use_backend`, `use-server`, and what is answered without any server.

mod answer;
mod condition;
mod convert;
mod edits;
mod fetch;
mod format;
mod front;
mod map;
mod normal;
mod pattern;
mod reading;
mod replace;
mod rewrite;
mod routes;
mod sample;
mod seen;
mod test;
mod variables;

#[cfg(test)]
mod tests;

pub use edits::Edits;
pub use routes::HaproxyRoutes;
pub use variables::followed_variables;
