//! Lines of every product, and logs of every kind.

mod custom;
mod detection;
mod elsewhere;
mod garbage;
mod haproxy;
mod json;
mod plain;
mod reading;
mod told;
