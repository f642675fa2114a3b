//! The process in the hands of those who run it.

mod command;
mod documents;
mod ended;
mod hung_disk;
mod log;
mod start;
mod stop;
mod told;
mod unread;
mod watch;
