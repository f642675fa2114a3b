//! `RING_HASH`: points made from a host's key and a number, by its weight; a hash belongs to the
//! next point.

use super::host::Cluster;
use super::locality::Weights;
use crate::pick::digest::{murmur2, xxh64};

/// Points of the largest ring that is built; Envoy's own limit.
const POINTS_MAX: u64 = 8 * 1024 * 1024;

/// How points are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PointHash {
    /// `XX_HASH`
    #[default]
    Xxh64,
    /// `MURMUR_HASH_2`, that of libstdc++
    Murmur2,
}

/// The settings of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSettings {
    /// `minimum_ring_size`
    pub size_min: u64,
    /// `maximum_ring_size`
    pub size_max: u64,
    /// `hash_function`
    pub hash: PointHash,
}

impl Default for RingSettings {
    fn default() -> RingSettings {
        RingSettings { size_min: 1024, size_max: POINTS_MAX, hash: PointHash::Xxh64 }
    }
}

/// The ring of one priority.
#[derive(Clone, Debug)]
pub(super) struct Ring(Vec<(u64, usize)>);

impl Ring {
    pub(super) fn new(cluster: &Cluster, weights: &Weights, settings: &RingSettings) -> Ring {
        let least = weights.iter().fold(1.0f64, |least, (_, weight)| least.min(*weight));
        let size_max = settings.size_max.min(POINTS_MAX) as f64;
        let scale = ((least * settings.size_min as f64).ceil() / least).min(size_max);
        let (mut count, mut target) = (0.0, 0.0);
        let mut points = Vec::new();
        for (host, weight) in weights {
            target += scale * weight;
            let mut number = 0u64;
            while count < target {
                let text = format!("{}_{number}", cluster.hosts[*host].key);
                let point = match settings.hash {
                    PointHash::Xxh64 => xxh64(text.as_bytes(), 0),
                    PointHash::Murmur2 => murmur2(text.as_bytes()),
                };
                points.push((point, *host));
                number += 1;
                count += 1.0;
            }
        }
        points.sort_by_key(|(point, _)| *point);
        Ring(points)
    }

    /// `attempt` counts from 0 the hosts that were tried and refused.
    pub(super) fn at(&self, hash: u64, attempt: usize) -> Option<usize> {
        let next = self.0.partition_point(|(point, _)| *point < hash);
        let length = self.0.len().max(1);
        self.0.get((next % length + attempt) % length).map(|(_, host)| *host)
    }

    /// Each host's part of all hashes.
    pub(super) fn arcs(&self) -> impl Iterator<Item = (usize, f64)> {
        let before = self.0.last().map_or(0, |(point, _)| *point);
        self.0.iter().scan(before, |before, (point, host)| {
            let gap = point.wrapping_sub(*before);
            *before = *point;
            Some((*host, gap as f64 / 2f64.powi(64)))
        })
    }
}
