//! The history: windows, events and notes in one embedded database of the state directory.
//!
//! One process writes it, through [`Writer`]; any number may read it meanwhile.

mod aside;
mod baseline;
mod bytes;
mod encode;
mod error;
mod events;
mod marks;
mod notes;
mod open;
mod pools;
mod read;
mod record;
mod roll;
mod room;
mod schema;
mod seconds;
mod step;
mod turnout;
mod write;
mod writer;

#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use open::{BYTES_MAX, FILE_NAME, Store};
pub use record::Record;
pub use writer::Writer;
