//! Reads a file of a configuration, whatever it is.

use std::io;
use std::path::Path;

/// Larger than any configuration, in MiB; a device has no end.
const LARGEST_FILE: u64 = 64;

/// All bytes of a file, or of a pipe or a device, which tell theirs only once.
///
/// # Errors
/// When it cannot be read, is larger than 64 MiB, or is a pipe into which nobody writes.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    config::read_file(path, LARGEST_FILE)
}
