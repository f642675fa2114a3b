//! The process in the hands of those who run it.

mod command;
mod documents;
mod log;
mod start;
mod stop;
mod watch;
