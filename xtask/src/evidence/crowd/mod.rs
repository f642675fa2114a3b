//! What a diagnosis makes of a crowd out of somebody's access log: people, who are no attack.

mod command;
mod hours;
mod page;
mod play;
mod script;

pub(crate) use command::{CrowdOptions, EXAMPLES, crowd};
