//! Envoy of the Python package, with one worker.

mod hashes;
mod program;
mod shares;
