//! Bytes of which most are zero, in a form that is as long as the others are many.

const PLAIN: u8 = 0;
const SPARSE: u8 = 1;

/// Appends bytes: each that is not zero behind the gap before it, or all of them where that is
/// shorter.
pub(super) fn put(out: &mut Vec<u8>, bytes: impl Iterator<Item = u8> + Clone) {
    let (start, all) = (out.len(), bytes.clone().count());
    out.push(SPARSE);
    let mut gap = 0u64;
    for byte in bytes.clone() {
        if byte == 0 {
            gap += 1;
            continue;
        }
        put_count(out, std::mem::take(&mut gap));
        out.push(byte);
        if out.len() - start > all {
            out.truncate(start);
            out.push(PLAIN);
            out.extend(bytes);
            return;
        }
    }
    // What is left is zero: a gap that nothing follows.
    put_count(out, gap);
    out.push(0);
}

/// Hands over each byte that is not zero with its place, of so many in all; `None` where they are
/// no such bytes. Answers with what is behind them.
pub(super) fn read(bytes: &[u8], length: usize, mut visit: impl FnMut(usize, u8)) -> Option<&[u8]> {
    let (&form, mut rest) = bytes.split_first()?;
    match form {
        PLAIN => {
            let (all, rest) = rest.split_at_checked(length)?;
            all.iter().enumerate().for_each(|(at, &byte)| visit(at, byte));
            Some(rest)
        }
        SPARSE => {
            let mut at = 0usize;
            loop {
                let (gap, behind) = count(rest)?;
                let (&byte, behind) = behind.split_first()?;
                rest = behind;
                at = at.checked_add(usize::try_from(gap).ok()?)?;
                match byte {
                    0 => return (at == length).then_some(rest),
                    byte if at < length => visit(at, byte),
                    _ => return None,
                }
                at += 1;
            }
        }
        _ => None,
    }
}

/// Seven bits a byte, the last one below 128.
fn put_count(out: &mut Vec<u8>, mut count: u64) {
    while count >= 0x80 {
        out.push(count as u8 | 0x80);
        count >>= 7;
    }
    out.push(count as u8);
}

fn count(mut bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (mut count, mut shift) = (0u64, 0u32);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        bytes = rest;
        count |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some((count, bytes));
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], most: usize) {
        let mut out = Vec::new();
        put(&mut out, bytes.iter().copied());
        assert!(out.len() <= most, "{} bytes of {}", out.len(), bytes.len());
        out.extend(b"more");
        let mut again = vec![0; bytes.len()];
        let rest = read(&out, bytes.len(), |at, byte| again[at] = byte);
        assert_eq!((rest, &again[..]), (Some(&b"more"[..]), bytes));
        for end in 0..out.len() - 4 {
            assert_eq!(read(&out[..end], bytes.len(), |_, _| {}), None, "{end}");
        }
    }

    #[test]
    fn bytes_come_back() {
        check(&[], 4);
        check(&[0; 1000], 4);
        check(&[7; 100], 102);
        let mut some = [0u8; 3000];
        (0..some.len()).step_by(300).for_each(|at| some[at] = at as u8 | 1);
        check(&some, 40);
    }

    #[test]
    fn garbage_is_refused() {
        for bytes in [&[][..], &[2], &[SPARSE, 0xff, 0xff], &[SPARSE, 5, 1, 0, 0]] {
            assert_eq!(read(bytes, 3, |_, _| {}), None, "{bytes:?}");
        }
        let endless = [&[SPARSE][..], &[0xff; 12], &[1, 1]].concat();
        assert_eq!(read(&endless, 3, |_, _| {}), None);
    }
}
