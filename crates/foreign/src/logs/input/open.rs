//! Opens what a log is packed in: nothing, gzip or Zstandard, told by its first bytes.

use std::io::{self, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;

/// Bytes of a log, unpacked.
pub(in crate::logs) type Input = Box<dyn Read + Send>;

/// Packed bytes that are read at once.
const PACKED: usize = 128 << 10;
/// A Zstandard frame that needs a larger window (2 to this power, in bytes) is refused.
const WINDOW_LOG_MAX: u32 = 27;

/// Unpacks while reading. Several gzip members or frames behind each other are one log.
pub(in crate::logs) fn open(mut packed: impl Read + Send + 'static) -> io::Result<Input> {
    let mut magic = Vec::with_capacity(4);
    packed.by_ref().take(4).read_to_end(&mut magic)?;
    let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
    let is_zstd = magic == [0x28, 0xb5, 0x2f, 0xfd];
    let whole = Cursor::new(magic).chain(packed);
    if is_gzip {
        let decoder = MultiGzDecoder::new(BufReader::with_capacity(PACKED, whole));
        return Ok(Box::new(decoder));
    }
    if is_zstd {
        let buffered = BufReader::with_capacity(PACKED, whole);
        let mut decoder = zstd::stream::read::Decoder::with_buffer(buffered)?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        return Ok(Box::new(decoder));
    }
    Ok(Box::new(whole))
}
