//! XXH32 after its specification (doc/xxhash_spec.md of the xxHash project).

const P1: u32 = 0x9e37_79b1;
const P2: u32 = 0x85eb_ca77;
const P3: u32 = 0xc2b2_ae3d;
const P4: u32 = 0x27d4_eb2f;
const P5: u32 = 0x1656_67b1;

/// Of these bytes, with this seed.
pub(crate) fn xxh32(bytes: &[u8], seed: u32) -> u32 {
    let (stripes, rest) = bytes.as_chunks::<16>();
    let mut sum = if stripes.is_empty() { seed.wrapping_add(P5) } else { lanes(stripes, seed) };
    sum = sum.wrapping_add(bytes.len() as u32);
    let (words, rest) = rest.as_chunks::<4>();
    for word in words {
        sum = sum.wrapping_add(u32::from_le_bytes(*word).wrapping_mul(P3));
        sum = sum.rotate_left(17).wrapping_mul(P4);
    }
    for byte in rest {
        sum = sum.wrapping_add(u32::from(*byte).wrapping_mul(P5));
        sum = sum.rotate_left(11).wrapping_mul(P1);
    }
    sum = (sum ^ sum >> 15).wrapping_mul(P2);
    sum = (sum ^ sum >> 13).wrapping_mul(P3);
    sum ^ sum >> 16
}

fn lanes(stripes: &[[u8; 16]], seed: u32) -> u32 {
    let mut lanes = [
        seed.wrapping_add(P1).wrapping_add(P2),
        seed.wrapping_add(P2),
        seed,
        seed.wrapping_sub(P1),
    ];
    for stripe in stripes {
        for (lane, word) in lanes.iter_mut().zip(stripe.as_chunks::<4>().0) {
            *lane = lane.wrapping_add(u32::from_le_bytes(*word).wrapping_mul(P2));
            *lane = lane.rotate_left(13).wrapping_mul(P1);
        }
    }
    let turns = [1, 7, 12, 18];
    lanes.iter().zip(turns).fold(0, |sum, (lane, turn)| sum.wrapping_add(lane.rotate_left(turn)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_reference() {
        assert_eq!(xxh32(b"", 0), 0x02cc_5d05);
        assert_eq!(xxh32(b"abc", 0), 0x32d1_53ff);
        assert_eq!(xxh32(b"Nobody inspects the spammish repetition", 0), 0xe229_3b2f);
    }
}
