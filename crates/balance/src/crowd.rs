//! Numbers of requests at an endpoint, in buckets: what is learned of crowds is learned of these.
//!
//! Each number up to 15 has its own, from there on quarters of octaves: 16–19, 20–23, … 32–39, …
//! and 4096 and more.

/// How many buckets there are.
pub(crate) const BUCKETS: usize = 48;
/// Buckets below the first octave that is quartered, and that octave.
const SINGLE: usize = 15;
const OCTAVE: usize = 4;

/// The bucket of so many requests, at least one.
pub(crate) fn bucket(requests: u32) -> usize {
    let requests = requests.max(1) as usize;
    let octave = requests.ilog2() as usize;
    if octave < OCTAVE {
        return requests - 1;
    }
    let quarter = requests >> (octave - 2) & 3;
    (SINGLE + 4 * (octave - OCTAVE) + quarter).min(BUCKETS - 1)
}

/// The least and the largest number in a bucket.
fn bounds(bucket: usize) -> (f64, f64) {
    let Some(above) = bucket.checked_sub(SINGLE) else {
        return (bucket as f64 + 1.0, bucket as f64 + 1.0);
    };
    let width = 1u64 << (above / 4 + OCTAVE - 2);
    let least = (4 + above as u64 % 4) * width;
    (least as f64, (least + width - 1) as f64)
}

/// Mean of the numbers in a bucket.
pub(crate) fn mean(bucket: usize) -> f64 {
    let (least, most) = bounds(bucket);
    f64::midpoint(least, most)
}

/// The largest number in a bucket.
pub(crate) fn most(bucket: usize) -> f64 {
    bounds(bucket).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Goal: buckets are in order, whole, and know their mean.
    /// Method: all numbers up to 4096, each bucket's mean from its members.
    #[test]
    fn buckets_know_their_members() {
        let mut members: Vec<Vec<f64>> = (0..BUCKETS).map(|_| Vec::new()).collect();
        let mut last = 0;
        for requests in 1..4096 {
            let at = bucket(requests);
            assert!(at == last || at == last + 1, "{requests}: {at} after {last}");
            last = at;
            members[at].push(f64::from(requests));
        }
        assert_eq!((last, bucket(4096), bucket(u32::MAX)), (BUCKETS - 2, BUCKETS - 1, BUCKETS - 1));
        for (at, members) in members.iter().enumerate().take(BUCKETS - 1) {
            assert_eq!(mean(at), members.iter().sum::<f64>() / members.len() as f64, "bucket {at}");
            assert_eq!(members.last(), Some(&most(at)));
        }
        assert_eq!(bucket(0), 0);
    }
}
