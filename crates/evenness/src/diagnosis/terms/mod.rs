//! One question, one file.

mod capacity;
mod changes;
mod claims;
mod clients;
mod demand;
mod firewall;
mod harm;
mod intent;
mod layer;
mod limit;
mod names;
mod pressure;
mod read;
mod retries;
mod sick;

pub(crate) use read::read;
