//! What the command writes: output that was asked for must arrive, talk beside it need not.
//!
//! `print!` and `eprintln!` panic when nobody reads any more or the disk is full; a balancer
//! that dies because its log cannot be written has its tasks in the wrong order.
//!
//! Much of it comes from files and logs that others wrote: here control characters are made
//! visible.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use tracing_subscriber::fmt::MakeWriter;

use crate::visible;

/// Exit code when the output that was asked for cannot be written.
const UNWRITABLE: u8 = 2;

/// Writes the output that was asked for. A reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> ExitCode {
    print_exact(&visible::plain(text))
}

/// The same for a text with colours of our own.
pub(crate) fn print_coloured(text: &str) -> ExitCode {
    print_exact(&visible::coloured(text))
}

/// Writes output whose every byte counts, for a program and never for a terminal.
pub(crate) fn print_exact(text: &str) -> ExitCode {
    match write(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(unwritten(&error)),
    }
}

/// Writes a part of the output of long work, or ends the process: what would come after it would
/// be worked out for nobody.
pub(crate) fn print_or_end(text: &str) {
    if let Err(error) = write(&visible::plain(text)) {
        std::process::exit(i32::from(unwritten(&error)));
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// The exit code, 0 where it was read as far as somebody wanted.
fn unwritten(error: &io::Error) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return 0;
    }
    complain(format_args!("the output cannot be written\n  detail: {error}"));
    UNWRITABLE
}

/// Tells a person on stderr. When that cannot be written, the exit code still tells.
pub(crate) fn say(text: impl Display) {
    draw(visible::plain(&text.to_string()));
}

/// The same for a text with colours of our own.
pub(crate) fn say_coloured(text: impl Display) {
    draw(visible::coloured(&text.to_string()));
}

/// Draws on a person's terminal: the text is our own and moves the cursor.
pub(crate) fn draw(text: impl Display) {
    let _ = io::stderr().write_all(text.to_string().as_bytes());
}

/// Tells a person on stderr what failed.
pub(crate) fn complain(what: impl Display) {
    say(format_args!("error: {what}\n"));
}

/// The log's way to stderr. A line that cannot be written is lost, and that is all.
#[derive(Clone, Copy)]
pub(crate) struct LogSink;

impl Write for LogSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        say_coloured(String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for LogSink {
    type Writer = LogSink;

    fn make_writer(&self) -> LogSink {
        LogSink
    }
}
