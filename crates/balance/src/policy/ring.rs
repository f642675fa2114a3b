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
            let share = if total > 0.0 { weight / total } else { 0.0 };
            let digests = (share * DIGESTS * endpoints.len() as f64 + 1e-9) as u32;
            for turn in 0..digests.max(u32::from(*weight > 0.0)) {
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
        let mut seen = Vec::new();
        let order = clockwise.filter_map(|&(_, index)| {
            let fresh = !seen.contains(&index);
            if fresh {
                seen.push(index);
            }
            fresh.then_some(usize::from(index))
        });
        view.first_within(order)
    }
}

/// The digest's `at`-th 32-bit word, little-endian as libketama reads it.
fn word(digest: &[u8; 16], at: usize) -> u32 {
    u32::from_le_bytes([digest[at * 4], digest[at * 4 + 1], digest[at * 4 + 2], digest[at * 4 + 3]])
}
