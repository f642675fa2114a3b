//! `split_clients`: shares of a hash.

use crate::nginx::model::SplitClients;
use crate::pick::digest::murmur32;

/// The place of the part that a text falls into; `None` behind the last one.
pub(super) fn part(split: &SplitClients, text: &[u8]) -> Option<usize> {
    let hash = u64::from(murmur32(text));
    let mut bound = 0;
    split.parts.iter().position(|part| {
        bound += u64::from(part.share) * u64::from(u32::MAX) / 10_000;
        part.rest || hash < bound
    })
}
