//! What a policy may ask of every configuration; each is one file.

mod all;
mod health_check;
mod kind;
mod max_share;
mod methods;
mod pool;
mod servers_min;
mod session_life;
mod timeouts;

pub(crate) use all::REQUIRED;
pub(crate) use methods::{METHODS, method_word};
