//! HAProxy as Debian has it, with one thread.

mod hashes;
mod loads;
mod persistence;
mod program;
mod rdp;
mod redispatch;
mod rotations;
mod shares;
