//! The alarms of a running process: the watch, its file, and a thread for each receiver.

mod beating;
mod chance;
mod file;
mod front;
mod keeping;
mod pace;
mod sending;
mod shared;
#[cfg(test)]
mod tests;

pub use front::Alarms;
pub use pace::Pace;
