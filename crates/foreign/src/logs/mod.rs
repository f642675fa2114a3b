//! Reads access logs: which request came when, from whom, and which server had it.

mod address;
mod container;
mod detect;
mod draft;
mod each;
mod fault;
mod field;
mod format;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod haproxy;
mod input;
mod json;
mod line;
mod logger;
mod named;
mod number;
mod parser;
mod pattern;
mod reader;
mod request;
mod scratch;
mod tally;
#[cfg(test)]
mod tests;
mod threads;
mod time;
mod told;

pub use detect::{Found, detect};
pub use fault::{FormatFault, Malformed, Refusal};
pub use format::{Captures, Format, JsonFormat, JsonValue, NginxEscape};
pub use haproxy::Unserved;
pub use line::{Binding, Line};
pub use named::{Kind, NAMED_MAX, Named, NamedList};
pub use parser::{LINE_MAX, Parser};
pub use reader::{Asked, OpenError, Reader};
pub use tally::{Bad, Summary};
pub use told::{Silent, Told};
