//! The simulator's figures held against the drill floor's: the same files, requests and policies.

mod agreement;
mod bout;
mod figures;
mod staged;
