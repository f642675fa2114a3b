//! nginx as Debian has it, with one worker.

mod hashes;
mod program;
mod rotations;
mod shares;
