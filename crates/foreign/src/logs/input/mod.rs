//! Bytes from files, compressed or not, cut into blocks of whole lines.

mod blocks;
mod open;

pub(super) use blocks::{Block, Blocks};
pub(super) use open::{Input, open};
