//! Bodies that show any byte that is lost, doubled or moved.

/// So many bytes without a pattern that repeats soon.
pub(super) fn payload(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..len).map(|_| next()).collect()
}

/// The payload in chunks of growing size, from one byte up.
pub(super) fn chunked(payload: &[u8]) -> Vec<u8> {
    let (mut out, mut rest, mut size) = (Vec::new(), payload, 1);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
        (rest, size) = (after, (size * 3).min(200_000));
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}
