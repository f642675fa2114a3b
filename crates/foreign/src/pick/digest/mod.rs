//! Hash functions that several balancers use, bit for bit.

mod crc32;
mod murmur2;
mod murmur32;
mod xxh32;
mod xxh64;

pub(crate) use crc32::Crc32;
pub(crate) use murmur2::murmur2;
pub(crate) use murmur32::murmur32;
pub(crate) use xxh32::xxh32;
pub(crate) use xxh64::xxh64;
