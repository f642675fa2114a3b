//! Consistent-hash ring, compatible with libketama: MD5 of `name-i`, four points a digest,
//! 160 points for an endpoint of average weight; a key belongs to the next point clockwise.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::{Choice, View};
use crate::md5::md5;

const DIGESTS: f64 = 40.0;

#[derive(Debug)]
pub(crate) struct Ring(Box<[(u32, u16)]>);

impl Ring {
    /// `endpoints`: name and weight.
    pub(crate) fn new(endpoints: &[(&str, f64)]) -> Self {
        let total: f64 = endpoints.iter().map(|(_, w)| w).sum();
        let mut points = Vec::new();
        for (index, (name, weight)) in endpoints.iter().enumerate() {
            let digests = digests(*weight, total, endpoints.len());
            for turn in 0..digests {
                let digest = md5(format!("{name}-{turn}").as_bytes());
                for at in 0..4 {
                    points.push((word(&digest, at), index as u16));
                }
            }
        }
        points.sort_unstable();
        Ring(points.into())
    }

    pub(crate) fn choose(&self, view: &View<'_>, key: &[u8]) -> Option<Choice> {
        let hash = word(&md5(key), 0);
        let start = self.0.partition_point(|&(point, _)| point < hash);
        let clockwise = self.0[start..].iter().chain(&self.0[..start]);
        // The first 64 positions are remembered without memory of the heap.
        let (mut near, mut far) = (0u64, Vec::new());
        let order = clockwise.filter_map(|&(_, index)| {
            let bit = 1u64.checked_shl(u32::from(index)).unwrap_or(0);
            let seen = if bit > 0 { near & bit != 0 } else { far.contains(&index) };
            near |= bit;
            if bit == 0 && !seen {
                far.push(index);
            }
            (!seen).then_some(usize::from(index))
        });
        view.first_within(order)
    }
}

/// Digests of an endpoint, in the floating-point types that libketama uses: where a share is
/// not exact, others round as it does. Unlike there, any weight has at least one.
fn digests(weight: f64, total: f64, endpoints: usize) -> u32 {
    if weight <= 0.0 || !total.is_finite() {
        return 0;
    }
    let share = weight as f32 / total as f32;
    let digests = (f64::from(share) * DIGESTS * endpoints as f64) as f32;
    (digests as u32).max(1)
}

/// The digest's `at`-th 32-bit word, little-endian as libketama reads it.
fn word(digest: &[u8; 16], at: usize) -> u32 {
    u32::from_le_bytes([digest[at * 4], digest[at * 4 + 1], digest[at * 4 + 2], digest[at * 4 + 3]])
}
