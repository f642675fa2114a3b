//! Access logs as traffic: who asked for what, and when.

mod combined;
mod date;
mod entry;
mod json;
mod read;

pub use read::Recording;
