//! How a hash becomes a server.

use super::args::Args;

/// `hash-type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashType {
    /// How a hash is laid onto the servers.
    pub method: HashMethod,
    /// What is computed.
    pub function: HashFunction,
    /// Whether its bits are mixed once more.
    pub avalanche: bool,
}

/// How a hash is laid onto the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashMethod {
    /// By the remainder: losing a server moves most keys.
    MapBased,
    /// On a ring: losing a server moves its keys alone.
    Consistent,
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashFunction {
    /// sdbm.
    Sdbm,
    /// Bernstein's.
    Djb2,
    /// wt6.
    Wt6,
    /// CRC-32.
    Crc32,
    /// The key is a number, and the hash.
    None,
}

impl Default for HashType {
    /// What counts where no line says otherwise.
    fn default() -> HashType {
        HashType { method: HashMethod::MapBased, function: HashFunction::Sdbm, avalanche: false }
    }
}

/// Reads the words behind `hash-type`.
pub(super) fn read(args: &mut Args<'_, '_, '_>) -> Option<HashType> {
    let method = args
        .one_of(&[("map-based", HashMethod::MapBased), ("consistent", HashMethod::Consistent)])?;
    if args.peek().is_none() {
        let avalanche = method == HashMethod::Consistent;
        return Some(HashType { method, function: HashFunction::Sdbm, avalanche });
    }
    let function = args.one_of(&[
        ("sdbm", HashFunction::Sdbm),
        ("djb2", HashFunction::Djb2),
        ("wt6", HashFunction::Wt6),
        ("crc32", HashFunction::Crc32),
        ("none", HashFunction::None),
    ])?;
    let avalanche = args.peek().is_some();
    if avalanche {
        args.one_of(&[("avalanche", ())])?;
    }
    Some(HashType { method, function, avalanche })
}
