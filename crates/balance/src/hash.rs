//! Hashes of keys and names. Stable for ever: cookies and placements depend on them.

/// Finaliser of SplitMix64: every input bit reaches every output bit.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// 64-bit hash of a byte string: eight bytes at a time, multiplied and mixed.
///
/// Not keyed: whoever can choose keys can choose placements, which the bound limits.
pub fn hash_bytes(bytes: &[u8], seed: u64) -> u64 {
    let mut state = mix(seed ^ (bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        state = mix(state ^ u64::from_le_bytes(word)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    }
    let mut tail = [0; 8];
    let rest = chunks.remainder();
    tail[..rest.len()].copy_from_slice(rest);
    mix(state ^ u64::from_le_bytes(tail))
}

/// Id of an endpoint in cookies and hashed policies: its name's hash, whatever its position.
pub fn endpoint_id(name: &str) -> u64 {
    hash_bytes(name.as_bytes(), 0x656b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: nobody changes the hash by accident. Method: pinned values.
    #[test]
    fn is_pinned() {
        assert_ne!(hash_bytes(b"", 0), hash_bytes(b"\0", 0));
        assert_ne!(hash_bytes(b"abcdefgh", 0), hash_bytes(b"abcdefgh\0", 0));
        assert_eq!(endpoint_id("web1"), 16_664_293_113_955_083_461);
    }

    /// Goal: keys spread. Method: 100,000 similar keys over 16 cells, χ² with 15 degrees.
    #[test]
    #[cfg(not(miri))]
    fn spreads_similar_keys() {
        let mut cells = [0u32; 16];
        for i in 0u32..100_000 {
            cells[(hash_bytes(&i.to_be_bytes(), 7) >> 60) as usize] += 1;
        }
        let expected = 100_000.0 / 16.0;
        let chi: f64 = cells.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
        assert!(chi < 45.0, "χ² = {chi}");
    }
}
