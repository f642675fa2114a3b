//! Breaks origins by calls, for as long as the caller says and no longer.

mod answer;
mod order;
mod serve;
#[cfg(test)]
mod tests;

pub use serve::Control;
