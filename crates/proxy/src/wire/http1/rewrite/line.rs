//! The lines of a head, appended to a buffer.

pub(super) fn put(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Fields that pass unchanged, copied together where they stand next to each other: most heads
/// are one such run.
pub(super) struct Run<'h> {
    head: &'h [u8],
    from: usize,
    to: usize,
}

impl<'h> Run<'h> {
    /// Of a head's fields, as it was received.
    pub(super) fn of(head: &'h [u8]) -> Self {
        Run { head, from: 0, to: 0 }
    }

    /// Passes a field on. A line that is not written as we write it is written anew.
    pub(super) fn pass(&mut self, out: &mut Vec<u8>, name: &str, value: &[u8]) {
        let start = (name.as_ptr() as usize).wrapping_sub(self.head.as_ptr() as usize);
        let end = start.wrapping_add(name.len() + 2 + value.len() + 2);
        let is_ours = self.head.get(start..end).is_some_and(|line| {
            let (of_name, rest) = line.split_at(name.len());
            let of_value = &rest[2..rest.len() - 2];
            rest.starts_with(b": ")
                && rest.ends_with(b"\r\n")
                && std::ptr::eq(of_name, name.as_bytes())
                && std::ptr::eq(of_value, value)
        });
        if !is_ours {
            self.end(out);
            return copy(out, name, value);
        }
        if start != self.to {
            self.end(out);
            self.from = start;
        }
        self.to = end;
    }

    /// Writes what has not been written. To be called before anything else is.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.head[self.from..self.to]);
        (self.from, self.to) = (0, 0);
    }
}

pub(super) fn copy(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}
