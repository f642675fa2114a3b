//! The outage of 2024-05-01 on a real HAProxy, and as it is predicted.

mod audited;
mod command;
mod haproxy;
mod people;
mod play;
mod predicted;
mod rows;
mod steps;
mod told;
