//! Times as logs write them, to seconds since the Unix epoch.

mod civil;
mod clf;
mod clock;
mod epoch;
mod iso;
#[cfg(test)]
mod tests;

pub(super) use clock::Clock;
