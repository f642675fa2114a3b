//! What HAProxy's termination state says of a request that no server got.

use crate::logs::Line;

/// Why no server got a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// HAProxy answered by itself before it looked for one: it redirected or refused, served a
    /// page of its own, or nobody sent a whole request.
    Answered,
    /// It looked for one, and none was there or had room in time.
    Nobody,
}

impl Line<'_> {
    /// Why no server got this request, where a log of HAProxy says that none did; and the state.
    pub fn unserved(&self) -> Option<(Unserved, [u8; 2])> {
        let &[cause, phase] = self.ended?.get(..2)? else { return None };
        let is_haproxys = matches!(self.ended?.len(), 2 | 4) && b"CScsPLRIDK".contains(&cause);
        if self.server.is_some() || self.frontend.is_none() || !is_haproxys {
            return None;
        }
        match phase {
            // While it was read or refused, or held back.
            b'R' | b'T' => Some((Unserved::Answered, [cause, phase])),
            b'Q' | b'C' => Some((Unserved::Nobody, [cause, phase])),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_tell_who_answered() {
        let check = |ended: &str, server: Option<&str>, expected: Option<Unserved>| {
            let line = Line {
                ended: Some(ended.as_bytes()),
                frontend: Some(b"f"),
                server: server.map(str::as_bytes),
                ..Line::default()
            };
            assert_eq!(line.unserved().map(|(why, _)| why), expected, "{ended}");
        };
        check("PR--", None, Some(Unserved::Answered));
        check("LR--", None, Some(Unserved::Answered));
        check("PT--", None, Some(Unserved::Answered));
        check("SC--", None, Some(Unserved::Nobody));
        check("sQ--", None, Some(Unserved::Nobody));
        check("SC--", Some("web1"), None);
        check("--NI", None, None);
        check("UR", None, None);
    }
}
