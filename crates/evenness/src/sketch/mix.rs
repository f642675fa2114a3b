//! Clients as numbers, and a keyed hash of them, so that nobody can aim at a sketch's cells.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Marks an IPv4 client: the network 0:ffff::/32, which no IPv6 client comes from.
const IPV4: u64 = 0xffff << 32;

/// A client as a number: its IPv4 address, or the /64 network of its IPv6 address.
///
/// One household or server has a whole /64 to choose addresses from. IPv4 addresses in IPv6
/// notation are IPv4 addresses. [`client_network`] is the way back.
pub fn client_key(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => IPV4 | u64::from(address.to_bits()),
        IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
    }
}

/// The address, or the first address of the /64 network, that [`client_key`] made a number of.
pub fn client_network(key: u64) -> IpAddr {
    if key >> 32 == IPV4 >> 32 {
        Ipv4Addr::from_bits(key as u32).into()
    } else {
        Ipv6Addr::from_bits(u128::from(key) << 64).into()
    }
}

/// A hash under a secret key: SipHash-1-3 (Aumasson, Bernstein 2012).
///
/// Sketches that are to be merged, or to be read again after a restart, need the same seed.
#[derive(Clone, Copy, Debug)]
pub struct Mixer {
    key: [u64; 2],
}

impl Mixer {
    /// A hash whose key follows from the seed. Whoever knows the seed can aim.
    pub fn new(seed: u64) -> Self {
        let unkeyed = Mixer { key: [0, 0] };
        Mixer { key: [unkeyed.word(seed), unkeyed.word(!seed)] }
    }

    /// Hash of a number.
    pub fn word(&self, word: u64) -> u64 {
        let mut state = State::new(self.key);
        state.take(word);
        state.finish(8 << 56)
    }

    /// Hash of a client: of its [`client_key`].
    pub fn client(&self, address: IpAddr) -> u64 {
        self.word(client_key(address))
    }

    /// Hash of a byte string, such as a path or a user agent.
    pub fn bytes(&self, bytes: &[u8]) -> u64 {
        let mut state = State::new(self.key);
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|&word| state.take(u64::from_le_bytes(word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last[7] = bytes.len() as u8;
        state.finish(u64::from_le_bytes(last))
    }
}

struct State([u64; 4]);

impl State {
    fn new(key: [u64; 2]) -> Self {
        State([
            key[0] ^ 0x736f_6d65_7073_6575,
            key[1] ^ 0x646f_7261_6e64_6f6d,
            key[0] ^ 0x6c79_6765_6e65_7261,
            key[1] ^ 0x7465_6462_7974_6573,
        ])
    }

    fn take(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.0[0] ^= word;
    }

    fn finish(mut self, last: u64) -> u64 {
        self.take(last);
        self.0[2] ^= 0xff;
        (0..3).for_each(|_| self.round());
        self.0.iter().fold(0, |hash, part| hash ^ part)
    }

    fn round(&mut self) {
        let [a, b, c, d] = &mut self.0;
        *a = a.wrapping_add(*b);
        *c = c.wrapping_add(*d);
        *b = b.rotate_left(13) ^ *a;
        *d = d.rotate_left(16) ^ *c;
        *a = a.rotate_left(32);
        *c = c.wrapping_add(*b);
        *a = a.wrapping_add(*d);
        *b = b.rotate_left(17) ^ *c;
        *d = d.rotate_left(21) ^ *a;
        *c = c.rotate_left(32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn clients_are_addresses_and_networks() {
        for (address, network) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::9", "2001:db8:1:2::"),
            ("0.0.0.0", "0.0.0.0"),
            ("::1", "::"),
        ] {
            assert_eq!(client_network(client_key(ip(address))), ip(network), "{address}");
        }
    }

    /// Goal: it is SipHash-1-3. Method: values that another implementation gives under key 0.
    #[test]
    fn is_pinned() {
        let unkeyed = Mixer { key: [0, 0] };
        assert_eq!(unkeyed.bytes(b""), PINNED[0]);
        assert_eq!(unkeyed.bytes(b"192.0.2.7"), PINNED[1]);
        assert_eq!(unkeyed.word(42), PINNED[2]);
        assert_eq!(unkeyed.word(42), unkeyed.bytes(&42u64.to_le_bytes()));
    }

    const PINNED: [u64; 3] =
        [15_130_871_412_783_076_140, 147_430_810_394_997_531, 8_880_661_182_590_738_257];

    /// Goal: keys spread under every seed, differently. Method: χ² of a /16 over 1,024 cells.
    #[test]
    fn spreads_neighbours() {
        for seed in 0..4 {
            let mixer = Mixer::new(seed);
            let mut cells = vec![0u32; 1024];
            for address in 0..=u16::MAX {
                let client = Ipv4Addr::from_bits(0x0a00_0000 | u32::from(address));
                cells[(mixer.client(client.into()) % 1024) as usize] += 1;
            }
            let chi: f64 = cells.iter().map(|&n| (f64::from(n) - 64.0).powi(2) / 64.0).sum();
            assert!((800.0..1250.0).contains(&chi), "seed {seed}: χ² = {chi}");
        }
        assert_ne!(Mixer::new(1).word(5), Mixer::new(2).word(5));
    }
}
