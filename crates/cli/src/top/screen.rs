//! The alternate screen of a terminal, given back however the program ends.

use std::io::{self, Stdout, Write, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::end::End;
use crate::window;

// Alternate screen, no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l";
const LEAVE: &[u8] = b"\x1b[?25h\x1b[?1049l";

const FOOT: &str = "q quits";

/// Between two looks at whether a signal has come.
const LOOK: Duration = Duration::from_millis(100);

/// What the person at the terminal wants.
pub(super) enum Wish {
    /// To leave.
    Quit,
    /// To see the same again, for the window changed.
    Redraw,
    /// To see the next frame: the time has come.
    Next,
}

/// A terminal in raw mode on its alternate screen, until dropped.
pub(super) struct Screen {
    out: Stdout,
    /// A signal has told it to end.
    ended: Arc<AtomicBool>,
}

impl Screen {
    pub(super) fn open() -> io::Result<Self> {
        let ended = on_signal()?;
        enable_raw_mode()?;
        let mut screen = Self { out: stdout(), ended };
        screen.write(ENTER)?;
        Ok(screen)
    }

    /// Shows as much of `text` as fits.
    pub(super) fn draw(&mut self, text: &str) -> io::Result<()> {
        let (width, height) = window::size();
        self.write(frame(text, width, height).as_bytes())
    }

    /// Waits for a wish, at most for `interval`.
    pub(super) fn wish(&mut self, interval: Duration) -> io::Result<Wish> {
        let deadline = Instant::now() + interval;
        loop {
            if self.ended.load(Relaxed) {
                return Ok(Wish::Quit);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if !event::poll(left.min(LOOK))? {
                if left <= LOOK {
                    return Ok(Wish::Next);
                }
                continue;
            }
            match event::read()? {
                Event::Key(key) if quits(key) => return Ok(Wish::Quit),
                Event::Resize(..) => return Ok(Wish::Redraw),
                _ => {}
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nothing is left to try when the terminal itself has gone.
        let _ = self.write(LEAVE);
        let _ = disable_raw_mode();
    }
}

/// Becomes true when a signal ends the command: killed by it, the terminal would be left as no
/// shell can use it.
fn on_signal() -> io::Result<Arc<AtomicBool>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut end = runtime.block_on(async { End::take() })?;
    let ended = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&ended);
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(end.told());
        told.store(true, Relaxed);
    })?;
    Ok(ended)
}

fn quits(key: KeyEvent) -> bool {
    let interrupt = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        _ if key.kind == KeyEventKind::Release => false,
        KeyCode::Char('c' | 'd') => interrupt,
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => true,
        _ => false,
    }
}

/// `text` from the upper left corner, each line overwriting the old one: nothing flickers.
fn frame(text: &str, width: usize, height: usize) -> String {
    let mut frame = String::from("\x1b[H");
    let room = height.saturating_sub(1);
    for line in text.lines().take(room) {
        frame.extend([clipped(line, width).as_str(), "\x1b[0m\x1b[K\r\n"]);
    }
    let foot = match text.lines().count().saturating_sub(room) {
        0 => FOOT.to_owned(),
        hidden => format!("{FOOT} · {hidden} more lines: make the window higher"),
    };
    frame.extend([clipped(&foot, width).as_str(), "\x1b[K\x1b[J"]);
    frame
}

/// A line of at most `width` characters, the last one `…` where more would come; colours take
/// no room. Wrapped, a table is unreadable.
fn clipped(line: &str, width: usize) -> String {
    let (mut shown, mut in_colour) = (0, false);
    for char in line.chars() {
        in_colour |= char == '\x1b';
        shown += usize::from(!in_colour);
        in_colour &= char != 'm';
    }
    let cut = shown > width;
    let (mut room, mut in_colour) = (if cut { width.saturating_sub(1) } else { width }, false);
    let fits = |char: &char| {
        in_colour |= *char == '\x1b';
        if in_colour {
            in_colour = *char != 'm';
            return true;
        }
        let fits = room > 0;
        room = room.saturating_sub(1);
        fits
    };
    let kept: String = line.chars().filter(fits).collect();
    if cut && width > 0 { kept + "…" } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Goal: a frame never scrolls. Method: more lines than the window has.
    #[test]
    fn frames_fit() {
        assert_eq!(frame("a\nb\nc\n", 80, 3).lines().count(), 3);
        let end = "\x1b[K\x1b[J";
        let cut = format!("\x1b[Habcdef…\x1b[0m\x1b[K\r\nq quits{end}");
        assert_eq!(frame("abcdefgh\n", 7, 3), cut);
        let lower = format!("\x1b[Hq quits · 2 more lines: make the window higher{end}");
        assert_eq!(frame("a\nb\n", 80, 0), lower);
    }

    // Goal: lines end at the edge, colours do not count. Method: every width of one line.
    #[test]
    fn lines_are_clipped() {
        let check = |width: usize, expected: &str| {
            assert_eq!(clipped("a\x1b[31m│b\x1b[0mc", width), expected, "{width}");
        };
        check(9, "a\x1b[31m│b\x1b[0mc");
        check(4, "a\x1b[31m│b\x1b[0mc");
        check(3, "a\x1b[31m│\x1b[0m…");
        check(1, "\x1b[31m\x1b[0m…");
        check(0, "\x1b[31m\x1b[0m");
    }

    // Goal: the ways out. Method: each key, and some that are not.
    #[test]
    fn keys_that_quit() {
        let check = |code: KeyCode, modifiers: KeyModifiers, expected: bool| {
            assert_eq!(quits(KeyEvent::new(code, modifiers)), expected, "{code:?}");
        };
        check(KeyCode::Char('q'), KeyModifiers::NONE, true);
        check(KeyCode::Esc, KeyModifiers::NONE, true);
        check(KeyCode::Char('c'), KeyModifiers::CONTROL, true);
        check(KeyCode::Char('c'), KeyModifiers::NONE, false);
        check(KeyCode::Enter, KeyModifiers::NONE, false);
    }
}
