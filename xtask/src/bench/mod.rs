//! Measures Evenkeel against its peers in the same run, on the same machine.

mod acceptance;
mod accounting;
mod contender;
mod figures;
mod http1;
mod idle;
mod latency;
mod load;
mod machine;
mod options;
mod origin;
mod place;
mod recipes;
mod relay;
mod report;
mod results;
mod rounds;
mod scenario;
mod wrk;

pub(crate) use http1::http1;
pub(crate) use load::{LoadOptions, load};
pub(crate) use options::{EXAMPLES, Http1Options};
pub(crate) use relay::{RelayOptions, relay};
