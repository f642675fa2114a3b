//! Configurations against what HAProxy 2.6 makes of them, by its statistics and its messages.

mod balancing;
mod inheritance;
mod persistence;
mod reader;
mod reading;
mod refusals;
mod sections;
mod servers;
