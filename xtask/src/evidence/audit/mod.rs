//! What an audit makes of configurations that people have, and how often it is wrong.

mod collection;
mod command;
mod ours;
mod page;
mod review;
mod room;
mod rows;
mod survey;
mod verdict;

pub(crate) use command::{AuditOptions, EXAMPLES, audit};
