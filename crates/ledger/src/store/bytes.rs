//! Numbers as few bytes: seven bits a byte, the last one below 128.

/// Appends a count.
pub(super) fn put_count(out: &mut Vec<u8>, mut count: u64) {
    while count >= 0x80 {
        out.push(count as u8 | 0x80);
        count >>= 7;
    }
    out.push(count as u8);
}

/// Appends a number, exactly. Turned round, a short number (0, 1, 0.25) is a small count.
pub(super) fn put_number(out: &mut Vec<u8>, number: f64) {
    put_count(out, number.to_bits().swap_bytes());
}

/// Appends bytes behind their length.
pub(super) fn put_part(out: &mut Vec<u8>, part: &[u8]) {
    put_count(out, part.len() as u64);
    out.extend_from_slice(part);
}

/// Reads what was put, in the same order. Behind the end there is nothing: 0.
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn count(&mut self) -> u64 {
        let (mut count, mut shift) = (0u64, 0u32);
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            count |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                break;
            }
            shift += 7;
        }
        count
    }

    pub(super) fn number(&mut self) -> f64 {
        f64::from_bits(self.count().swap_bytes())
    }

    /// A part; `None` when it is longer than what there is.
    pub(super) fn part(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.count()).ok()?;
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read() {
        let counts = [0, 1, 127, 128, 300, 1 << 32, u64::MAX];
        let numbers = [0.0, 1.0, 0.25, -0.0, 100.0, 1.0 / 3.0, f64::MAX, f64::INFINITY];
        let mut out = Vec::new();
        counts.iter().for_each(|&count| put_count(&mut out, count));
        numbers.iter().for_each(|&number| put_number(&mut out, number));
        put_part(&mut out, b"web1");
        let mut bytes = Bytes(&out);
        assert_eq!(counts.map(|_| bytes.count()), counts);
        assert_eq!(numbers.map(|_| bytes.number().to_bits()), numbers.map(f64::to_bits));
        assert_eq!(bytes.part(), Some(&b"web1"[..]));
        assert!(bytes.is_empty() && bytes.count() == 0 && bytes.number() == 0.0);
    }

    #[test]
    fn usual_numbers_are_short() {
        let length = |number| {
            let mut out = Vec::new();
            put_number(&mut out, number);
            out.len()
        };
        assert_eq!([0.0, 1.0, 0.25, 100.0].map(length), [1, 3, 3, 3]);
    }

    #[test]
    fn garbage_is_read_without_a_panic() {
        let mut bytes = Bytes(&[0xff; 40]);
        bytes.count();
        assert!(bytes.is_empty());
        assert_eq!(Bytes(&[5, 1, 2]).part(), None);
    }
}
