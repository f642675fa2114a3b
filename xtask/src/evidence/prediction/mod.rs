//! How well predictions hold against the balancers themselves.

mod agreement;
mod command;
mod commands;
mod outage;
mod page;
mod told;

pub(crate) use command::{EXAMPLES, PredictionOptions, prediction};
