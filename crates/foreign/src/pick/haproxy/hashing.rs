//! The hash functions of `hash-type`, and the word itself.

use crate::pick::digest::Crc32;

/// How a key becomes a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Function {
    /// That of the database library sdbm: HAProxy's own choice.
    #[default]
    Sdbm,
    /// Bernstein's, times 33.
    Djb2,
    /// Tarreau's, made for HAProxy.
    Wt6,
    /// CRC-32 of Ethernet.
    Crc32,
    /// The key is a number already (since 2.9).
    None,
}

/// How a number becomes a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lookup {
    /// By a table of all weights, which is another one when a server goes or comes.
    #[default]
    MapBased,
    /// By the closest point of a ring, where only the keys of that server move.
    Consistent,
}

/// What a server's points on the ring are made from: `hash-key` (since 3.0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerKey {
    /// Its number, as in all versions.
    #[default]
    Id,
    /// Its number, spread over all bits (since 3.3).
    Id32,
    /// Its IP address.
    Address,
    /// Its IP address and port.
    AddressAndPort,
}

/// All of `hash-type`, `hash-key` and `hash-balance-factor`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashType {
    /// How a number becomes a server.
    pub lookup: Lookup,
    /// How a key becomes a number.
    pub function: Function,
    /// Whether that number is spread over all bits.
    pub avalanche: bool,
    /// What the ring's points are made from.
    pub server_key: ServerKey,
    /// In percent of the mean load, what a server may have under way; 0: anything. Only the ring
    /// knows it.
    pub balance_factor: u32,
}

impl HashType {
    /// After the words that follow `hash-type`. `None` where HAProxy refuses them.
    pub fn parse(words: &[&str]) -> Option<HashType> {
        let lookup = match *words.first()? {
            "map-based" => Lookup::MapBased,
            "consistent" => Lookup::Consistent,
            _ => return None,
        };
        let function = match words.get(1).copied() {
            // Without a function the ring spreads sdbm's numbers; with any function named, it
            // spreads them only when told.
            None => {
                let avalanche = lookup == Lookup::Consistent;
                return Some(HashType { lookup, avalanche, ..HashType::default() });
            }
            Some("sdbm") => Function::Sdbm,
            Some("djb2") => Function::Djb2,
            Some("wt6") => Function::Wt6,
            Some("crc32") => Function::Crc32,
            Some("none") => Function::None,
            Some(_) => return None,
        };
        let avalanche = match words.get(2).copied() {
            None => false,
            Some("avalanche") => true,
            Some(_) => return None,
        };
        Some(HashType { lookup, function, avalanche, ..HashType::default() })
    }

    pub(super) fn hash(&self, key: &[u8]) -> u32 {
        let hash = match self.function {
            Function::Sdbm => sdbm(key),
            Function::Djb2 => djb2(key),
            Function::Wt6 => wt6(key),
            Function::Crc32 => Crc32::new().and(key).value(),
            Function::None => number(key),
        };
        self.spread(hash)
    }

    pub(super) fn spread(&self, hash: u32) -> u32 {
        if self.avalanche { full(hash) } else { hash }
    }
}

pub(super) fn sdbm(key: &[u8]) -> u32 {
    key.iter().fold(0, |hash: u32, byte| hash.wrapping_mul(65599).wrapping_add(u32::from(*byte)))
}

pub(super) fn djb2(key: &[u8]) -> u32 {
    key.iter().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(u32::from(*byte)))
}

pub(super) fn wt6(key: &[u8]) -> u32 {
    let (mut a, mut b) = (0xa53c_965a_u32, 0x5ca6_953a_u32);
    let (mut turn_a, mut turn_b) = (6, 18);
    for byte in key {
        let byte = u32::from(*byte);
        let (mixed, added) = (!(a ^ byte), !b.wrapping_add(byte));
        (a, b) = (added.rotate_left(turn_a), mixed.rotate_left(turn_b));
        let bits = (a >> 16 ^ b) & 0xffff;
        (turn_a, turn_b) = (bits & 31, bits >> 11);
    }
    a ^ b
}

/// Spreads a number over all bits: Bob Jenkins' integer hash, times a prime near 3·2³⁰.
pub(super) fn full(value: u32) -> u32 {
    let a = value.wrapping_add(0x7ed5_5d16).wrapping_add(value << 12);
    let a = (a ^ 0xc761_c23c) ^ (a >> 19);
    let a = a.wrapping_add(0x1656_67b1).wrapping_add(a << 5);
    let a = a.wrapping_add(0xd3a2_646c) ^ (a << 9);
    let a = a.wrapping_add(0xfd70_46c5).wrapping_add(a << 3);
    let a = (a ^ 0xb55a_4f09) ^ (a >> 16);
    a.wrapping_mul(3_221_225_473)
}

/// The digits that a key begins with, 0 without any; the rest is not read.
pub(super) fn number(key: &[u8]) -> u32 {
    let (negative, digits) = match key {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let value = digits.fold(0i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    (if negative { -value } else { value }) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_spreads_unless_a_function_is_named() {
        let read =
            |words: &[&str]| HashType::parse(words).map(|read| (read.lookup, read.avalanche));
        assert_eq!(read(&["consistent"]), Some((Lookup::Consistent, true)));
        assert_eq!(read(&["consistent", "djb2"]), Some((Lookup::Consistent, false)));
        assert_eq!(read(&["map-based"]), Some((Lookup::MapBased, false)));
        assert_eq!(read(&["map-based", "wt6", "avalanche"]), Some((Lookup::MapBased, true)));
        assert_eq!((read(&["other"]), read(&["consistent", "md5"]), read(&[])), (None, None, None));
    }

    #[test]
    fn numbers_are_read_from_the_left() {
        assert_eq!(["12a", "-1", "x", ""].map(|key| number(key.as_bytes())), [12, u32::MAX, 0, 0]);
    }
}
