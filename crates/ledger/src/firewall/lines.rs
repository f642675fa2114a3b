//! Cuts bytes into lines, whatever pieces they come in.

use memchr::memchr;

use super::tail::Sink;

/// A longer line is cut: no firewall's is that long.
pub(crate) const LINE_MAX: usize = 64 << 10;

/// The line that has begun.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Takes the next piece and hands on the lines that end in it.
    pub(crate) fn take(&mut self, piece: &[u8], sink: &mut impl Sink) {
        let mut rest = piece;
        while let Some(end) = memchr(b'\n', rest) {
            let line = &rest[..end];
            if self.begun.is_empty() {
                hand(&line[..line.len().min(LINE_MAX)], sink);
            } else {
                self.keep(line);
                self.finish(sink);
            }
            rest = &rest[end + 1..];
        }
        self.keep(rest);
    }

    /// Hands on a line that will not be ended any more.
    pub(crate) fn finish(&mut self, sink: &mut impl Sink) {
        if !self.begun.is_empty() {
            hand(&self.begun, sink);
            self.begun.clear();
        }
    }

    fn keep(&mut self, part: &[u8]) {
        let room = LINE_MAX.saturating_sub(self.begun.len());
        self.begun.extend_from_slice(&part[..part.len().min(room)]);
    }
}

/// A file that was cut under its writer begins with as many NULs as were cut.
fn hand(line: &[u8], sink: &mut impl Sink) {
    let zeros = line.iter().take_while(|&&byte| byte == 0).count();
    let line = &line[zeros..];
    if !line.is_empty() {
        sink.line(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Kept(Vec<Vec<u8>>);

    impl Sink for Kept {
        fn line(&mut self, line: &[u8]) {
            self.0.push(line.to_vec());
        }
        fn before(&mut self, _: &[u8]) {}
        fn at_s(&mut self, _: &[u8]) -> Option<u64> {
            None
        }
        fn opened(&mut self, _: &[u8], _: u64) {}
        fn written(&mut self, _: u64) {}
    }

    fn cut(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
        let (mut lines, mut kept) = (Lines::default(), Kept::default());
        pieces.iter().for_each(|piece| lines.take(piece, &mut kept));
        lines.finish(&mut kept);
        kept.0
    }

    #[test]
    fn a_line_that_is_too_long_is_cut() {
        let long = vec![b'x'; LINE_MAX + 10];
        let lines = cut(&[&long, &long, b"\nshort\n", &long, b"\n\n"]);
        let lengths: Vec<usize> = lines.iter().map(Vec::len).collect();
        assert_eq!(lengths, [LINE_MAX, 5, LINE_MAX]);
        assert_eq!(cut(&[b"\0\0\0a\n\0\n"]), [b"a"]);
    }

    proptest! {
        /// Goal: pieces make no difference. Method: the same bytes whole and in two.
        #[test]
        fn pieces_do_not_matter(text in "[a\n]{0,40}", at in 0..41_usize) {
            let bytes = text.as_bytes();
            let (head, tail) = bytes.split_at(at.min(bytes.len()));
            let expected: Vec<Vec<u8>> = bytes
                .split(|&byte| byte == b'\n')
                .filter(|line| !line.is_empty())
                .map(<[u8]>::to_vec)
                .collect();
            prop_assert_eq!(cut(&[bytes]), expected.clone());
            prop_assert_eq!(cut(&[head, tail]), expected);
        }
    }
}
