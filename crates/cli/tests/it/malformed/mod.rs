//! What two parsers could understand in two ways: refused, or cleaned, and never passed on.

mod chunks;
mod encodings;
mod hops;
mod hosts;
mod lengths;
mod limits;
mod lines;
mod names;
mod responses;
mod responses_table;
mod stand;
mod targets;
mod trust;
mod versions;
