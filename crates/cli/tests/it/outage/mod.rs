//! The outage of 2024-05-01 on a real HAProxy, and as it is predicted.

mod haproxy;
mod people;
mod play;
mod predicted;
mod steps;
mod told;
