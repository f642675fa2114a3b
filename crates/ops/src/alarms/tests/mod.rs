//! Alarms of a process on real sockets, with a clock that the tests move and short seconds.

mod deaths;
mod delivery;
mod files;
mod prometheus;
mod site;
