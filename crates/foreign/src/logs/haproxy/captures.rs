//! Headers that HAProxy has captured: values without names.

use crate::logs::draft::Draft;
use crate::logs::named::Kind;

/// Takes `a|b|` in, with the names of the configuration where they are known.
pub(in crate::logs) fn capture<'a>(
    draft: &mut Draft<'a>,
    text: &'a [u8],
    names: &'a [String],
    kind: Kind,
) {
    for (index, value) in text.split(|&byte| byte == b'|').enumerate() {
        let Some(plain) = draft.told(value) else {
            if let (Some(name), Kind::Header) = (names.get(index), kind) {
                draft.silent_header(name.as_bytes());
            }
            continue;
        };
        match (names.get(index), kind) {
            (Some(name), Kind::Header) => draft.header(name.as_bytes(), plain),
            (Some(name), _) => draft.line.named.push(kind, name.as_bytes(), plain),
            (None, _) => draft.line.named.push(kind, b"", plain),
        }
    }
}
