//! HAProxy: `use_backend`, `use-server`, and what is answered without any server.

mod answer;
mod condition;
mod convert;
mod edits;
mod fetch;
mod format;
mod forwarded;
mod front;
mod leave;
mod map;
mod normal;
mod page;
mod pattern;
mod reading;
mod replace;
mod rewrite;
mod routes;
mod rulesets;
mod sample;
mod seen;
mod setting;
mod test;
mod variables;

#[cfg(test)]
mod tests;

pub use edits::Edits;
pub use routes::HaproxyRoutes;
pub use variables::followed_variables;
