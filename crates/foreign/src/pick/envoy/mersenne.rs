//! MT19937 (Matsumoto and Nishimura, 1998), as the C++ library seeds it: Envoy's bounded hashes
//! go on from an overloaded host in the order that it draws.

const LENGTH: usize = 624;
const MIDDLE: usize = 397;

pub(super) struct Mersenne {
    state: [u32; LENGTH],
    at: usize,
}

impl Mersenne {
    pub(super) fn new(seed: u32) -> Mersenne {
        let mut state = [seed; LENGTH];
        for index in 1..LENGTH {
            let before = state[index - 1];
            let mixed = (before ^ before >> 30).wrapping_mul(1_812_433_253);
            state[index] = mixed.wrapping_add(index as u32);
        }
        Mersenne { state, at: LENGTH }
    }

    fn refill(&mut self) {
        for index in 0..LENGTH {
            let next = self.state[(index + 1) % LENGTH];
            let joined = self.state[index] & 0x8000_0000 | next & 0x7fff_ffff;
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[index] = self.state[(index + MIDDLE) % LENGTH] ^ joined >> 1 ^ odd;
        }
        self.at = 0;
    }

    pub(super) fn bits(&mut self) -> u32 {
        if self.at >= LENGTH {
            self.refill();
        }
        let word = self.state[self.at];
        self.at += 1;
        let word = word ^ word >> 11;
        let word = word ^ word << 7 & 0x9d2c_5680;
        let word = word ^ word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    /// A whole number below this one, which is not 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let width = (1u64 << 32) / u64::from(bound.max(1));
        loop {
            let drawn = u64::from(self.bits()) / width;
            if drawn < u64::from(bound.max(1)) {
                return drawn as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What the C++ standard demands of `mt19937` with its own seed.
    #[test]
    fn the_ten_thousandth_number_is_known() {
        let mut mersenne = Mersenne::new(5489);
        let last = (0..10_000).map(|_| mersenne.bits()).last();
        assert_eq!(last, Some(4_123_659_995));
    }
}
