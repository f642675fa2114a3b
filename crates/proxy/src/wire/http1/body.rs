//! Where a message's body ends (RFC 9112, section 6), checked strictly while it passes by.

/// How a body is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is none.
    Empty,
    /// This many bytes.
    Length(u64),
    /// Chunks (RFC 9112, section 7.1).
    Chunked,
    /// Until the connection closes; responses only.
    UntilClose,
}

/// What the receiver is sent of a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Chunks, with extensions and unsafe trailers taken out.
    Chunks,
    /// The bytes alone; for receivers that know no chunks (HTTP/1.0).
    Bare,
}

/// The body is not framed as it should be: nothing of this connection can be trusted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadBody;

/// Follows one body through the bytes of its connection.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    state: State,
    form: Form,
    /// Size of the chunk whose line is being read.
    chunk: u64,
    /// Trailer lines so far, `None` while there are none.
    trailer: Option<Vec<u8>>,
    /// Payload bytes that have passed, framing not counted.
    pub(crate) passed: u64,
}

/// What to send of the input just taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// The first so many bytes as they are.
    AsIs(usize),
    /// Input of this length was rewritten into the buffer.
    Rewritten(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Done,
    Length(u64),
    UntilClose,
    /// Reading a chunk's size, of so many digits so far.
    Size(u8),
    /// In a chunk extension, of so many bytes so far.
    Extension(u16),
    SizeEnd,
    Data(u64),
    DataEnd,
    DataEndLf,
    /// At the start of a trailer line, or of the empty line that ends them all.
    LineStart,
    Line,
    LineEnd,
    LastLf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Payload,
    Frame,
    Dropped,
    /// Not in the input: it goes out in place of what was dropped before.
    Added,
}

/// A chunk size above this is refused: no sender means it, and sums must not overflow.
const CHUNK_MAX: u64 = 1 << 40;
const EXTENSION_MAX: u16 = 4096;
const TRAILER_MAX: usize = 8192;
const TRAILERS_MAX: usize = 32;

impl Body {
    pub(crate) fn new(framing: Framing, form: Form) -> Self {
        let state = match framing {
            Framing::Empty | Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size(0),
            Framing::UntilClose => State::UntilClose,
        };
        Body { state, form, chunk: 0, trailer: None, passed: 0 }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// The connection closed: answers whether the body is whole.
    pub(crate) fn close(&mut self) -> bool {
        if self.state == State::UntilClose {
            self.state = State::Done;
        }
        self.is_done()
    }

    /// Takes the bytes of `input` that belong to the body, and says what to send for them.
    /// All are taken unless the body ends among them.
    pub(crate) fn take(
        &mut self,
        input: &[u8],
        rewritten: &mut Vec<u8>,
    ) -> Result<Passage, BadBody> {
        match self.state {
            State::Done => Ok(Passage::AsIs(0)),
            State::UntilClose => {
                self.passed += input.len() as u64;
                Ok(Passage::AsIs(input.len()))
            }
            State::Length(left) => {
                let taken = left.min(input.len() as u64);
                self.state = if taken == left { State::Done } else { State::Length(left - taken) };
                self.passed += taken;
                Ok(Passage::AsIs(taken as usize))
            }
            _ => self.take_chunks(input, rewritten),
        }
    }

    /// Plain chunks pass as they are; a first look finds out whether these are plain.
    fn take_chunks(&mut self, input: &[u8], rewritten: &mut Vec<u8>) -> Result<Passage, BadBody> {
        if self.form == Form::Chunks {
            let before = self.clone();
            let mut plain = true;
            let taken = self.scan(input, &mut |_, kind| {
                plain &= !matches!(kind, Kind::Dropped | Kind::Added);
            })?;
            if plain {
                return Ok(Passage::AsIs(taken));
            }
            *self = before;
        }
        let form = self.form;
        let taken = self.scan(input, &mut |bytes, kind| {
            let frames = form == Form::Chunks && matches!(kind, Kind::Frame | Kind::Added);
            if kind == Kind::Payload || frames {
                rewritten.extend_from_slice(bytes);
            }
        })?;
        Ok(Passage::Rewritten(taken))
    }

    /// Walks over chunked input and shows each piece to `see`; answers how much was taken.
    fn scan(&mut self, input: &[u8], see: &mut dyn FnMut(&[u8], Kind)) -> Result<usize, BadBody> {
        let mut at = 0;
        while at < input.len() && self.state != State::Done {
            let rest = &input[at..];
            if let State::Data(left) = self.state {
                let taken = left.min(rest.len() as u64);
                self.state = if taken == left { State::DataEnd } else { State::Data(left - taken) };
                self.passed += taken;
                see(&rest[..taken as usize], Kind::Payload);
                at += taken as usize;
                continue;
            }
            let (next, kind) = self.frame(rest[0])?;
            if next == State::Done
                && let Some(trailers) = self.safe_trailers()?
            {
                see(&trailers, Kind::Added);
            }
            self.state = next;
            see(&rest[..1], kind);
            at += 1;
        }
        Ok(at)
    }

    /// One byte of framing: the state after it, and whether it is passed on.
    fn frame(&mut self, byte: u8) -> Result<(State, Kind), BadBody> {
        let (next, kind) = match (self.state, byte) {
            (State::Size(digits), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let before = if digits == 0 { 0 } else { self.chunk };
                self.chunk = before << 4 | u64::from((byte as char).to_digit(16).unwrap_or(0));
                if digits >= 16 || self.chunk > CHUNK_MAX {
                    return Err(BadBody);
                }
                (State::Size(digits + 1), Kind::Frame)
            }
            (State::Size(1..), b';') => (State::Extension(0), Kind::Dropped),
            (State::Size(1..) | State::Extension(_), b'\r') => (State::SizeEnd, Kind::Frame),
            (State::Extension(seen), b'\t' | b' '..=b'~' | 0x80..) if seen < EXTENSION_MAX => {
                (State::Extension(seen + 1), Kind::Dropped)
            }
            (State::SizeEnd, b'\n') if self.chunk == 0 => (State::LineStart, Kind::Frame),
            (State::SizeEnd, b'\n') => (State::Data(self.chunk), Kind::Frame),
            (State::DataEnd, b'\r') => (State::DataEndLf, Kind::Frame),
            (State::DataEndLf, b'\n') => (State::Size(0), Kind::Frame),
            (State::LineStart, b'\r') => {
                // Where trailers were held back, the closing line's first half follows them.
                let kind = if self.trailer.is_some() { Kind::Dropped } else { Kind::Frame };
                (State::LastLf, kind)
            }
            (State::LastLf, b'\n') => (State::Done, Kind::Frame),
            (State::Line, b'\r') => (self.hold(byte, State::LineEnd)?, Kind::Dropped),
            (State::LineEnd, b'\n') => (self.hold(byte, State::LineStart)?, Kind::Dropped),
            (State::LineStart | State::Line, b'\t' | b' '..=b'~' | 0x80..) => {
                (self.hold(byte, State::Line)?, Kind::Dropped)
            }
            _ => return Err(BadBody),
        };
        Ok((next, kind))
    }

    fn hold(&mut self, byte: u8, next: State) -> Result<State, BadBody> {
        let trailer = self.trailer.get_or_insert_default();
        if trailer.len() >= TRAILER_MAX {
            return Err(BadBody);
        }
        trailer.push(byte);
        Ok(next)
    }

    /// The trailer lines that may be passed on (RFC 9110, section 6.5.1): none that could
    /// change what was decided from the head. `None`: there were none.
    fn safe_trailers(&self) -> Result<Option<Vec<u8>>, BadBody> {
        let Some(held) = &self.trailer else { return Ok(None) };
        let mut section = held.clone();
        section.extend_from_slice(b"\r\n");
        let mut fields = [httparse::EMPTY_HEADER; TRAILERS_MAX];
        let parsed = httparse::parse_headers(&section, &mut fields).map_err(|_| BadBody)?;
        let httparse::Status::Complete((_, fields)) = parsed else { return Err(BadBody) };
        let mut safe = Vec::with_capacity(section.len());
        for field in fields.iter().filter(|f| super::fields::may_trail(f.name)) {
            safe.extend_from_slice(field.name.as_bytes());
            safe.extend_from_slice(b": ");
            safe.extend_from_slice(field.value);
            safe.extend_from_slice(b"\r\n");
        }
        safe.push(b'\r');
        Ok(Some(safe))
    }
}

#[cfg(test)]
mod tests;
