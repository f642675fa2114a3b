//! CRC-32 as in Ethernet and zlib (polynomial 0xedb88320, reflected).

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let (mut value, mut bit) = (index as u32, 0);
        while bit < 8 {
            value = (value >> 1) ^ (if value & 1 == 1 { 0xedb8_8320 } else { 0 });
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

/// A checksum that is still being fed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crc32(u32);

impl Crc32 {
    pub(crate) fn new() -> Crc32 {
        Crc32(!0)
    }

    pub(crate) fn and(self, bytes: &[u8]) -> Crc32 {
        let step = |sum: u32, byte: &u8| (sum >> 8) ^ TABLE[usize::from(sum as u8 ^ byte)];
        Crc32(bytes.iter().fold(self.0, step))
    }

    pub(crate) fn value(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_check_value() {
        assert_eq!(Crc32::new().and(b"1234").and(b"56789").value(), 0xcbf4_3926);
    }
}
