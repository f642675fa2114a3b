//! Names of fields in one writing: products differ in case, dashes and underscores.

/// No name that is known is longer.
const KEY_MAX: usize = 40;

/// A name in lower case, without `_`, `-`, `.`, `:`, `@` and spaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    bytes: [u8; KEY_MAX],
    length: usize,
}

impl Key {
    pub(super) fn of(name: &[u8]) -> Key {
        let mut key = Key { bytes: [0; KEY_MAX], length: 0 };
        key.add(name);
        key
    }

    /// Puts another name behind it.
    pub(super) fn add(&mut self, name: &[u8]) {
        for byte in name.iter().take(KEY_MAX * 2) {
            if !matches!(byte, b'_' | b'-' | b'.' | b':' | b'@' | b' ')
                && let Some(place) = self.bytes.get_mut(self.length)
            {
                *place = byte.to_ascii_lowercase();
                self.length += 1;
            }
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
