//! Finds the comments that allow something, and what each of them is about.

use foreign::{FileId, Place, Sources, Span};

use super::comment::{self, Allowed};

/// A comment that speaks to us.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) span: Span,
    pub(super) about: About,
    pub(super) said: Result<Allowed, String>,
}

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// All of its file: it stands above everything else.
    File,
    /// A line, from 1.
    Line(usize),
}

impl Comment {
    /// Whether it is about a place.
    pub(super) fn covers(&self, place: &Place, file: &str) -> bool {
        let line = match self.about {
            About::File => place.line,
            About::Line(line) => line,
        };
        place.file.as_ref() == file && place.line == line
    }
}

/// All comments that speak to us. JSON has none.
pub(super) fn comments(sources: &Sources) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    let mut names = Vec::new();
    for file in sources.files() {
        // A file that is included twice has been read twice.
        if names.contains(&sources.name(file)) {
            continue;
        }
        names.push(sources.name(file));
        of_file(file, sources.text(file), &mut found);
    }
    found
}

fn of_file(file: FileId, text: &str, found: &mut Vec<Comment>) {
    if text.trim_start().starts_with(['{']) || !text.contains("evenkeel:") {
        return;
    }
    let (mut at, mut is_head) = (0, true);
    let mut above = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let start = at;
        at += line.len() + 1;
        let hash = comment_start(line);
        let is_told = !line[..hash.unwrap_or(line.len())].trim().is_empty();
        if is_told {
            is_head = false;
            for comment in above.drain(..) {
                let comment: Comment = comment;
                found.push(Comment { about: About::Line(index + 1), ..comment });
            }
        }
        let Some(hash) = hash else { continue };
        let Some(said) = comment::read(&line[hash + 1..]) else { continue };
        let place = |byte: usize| u32::try_from(start + byte).unwrap_or(u32::MAX);
        let span = Span { file, start: place(hash), end: place(line.trim_end().len()) };
        let comment = Comment { span, about: About::Line(index + 1), said };
        match (is_told, is_head) {
            (true, _) => found.push(comment),
            (false, true) => found.push(Comment { about: About::File, ..comment }),
            (false, false) => above.push(comment),
        }
    }
    found.append(&mut above);
}

/// Where a line's comment begins. A `#` inside quotes or a word begins none.
fn comment_start(line: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (None, '#') if before.is_whitespace() || before == ';' || before == '{' => {
                return Some(at);
            }
            (None, '"' | '\'') if before != '\\' => quote = Some(letter),
            (Some(open), _) if open == letter && before != '\\' => quote = None,
            _ => {}
        }
        before = letter;
    }
    // A lone apostrophe is no quote that hides the rest of the line.
    quote.and_then(|_| line.rfind(" # evenkeel:").map(|at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abouts(text: &str) -> Vec<About> {
        let mut sources = Sources::default();
        sources.add("a.cfg", text.as_bytes());
        comments(&sources).iter().map(|comment| comment.about).collect()
    }

    const ALLOW: &str = "# evenkeel: allow EKP101 -- why";

    #[test]
    fn a_comment_is_about_its_line_or_the_next_or_the_file() {
        assert_eq!(abouts(&format!("# a file\n{ALLOW}\nglobal\n")), [About::File]);
        assert_eq!(abouts(&format!("global\n  {ALLOW}\n  # more\n\n  x\n")), [About::Line(5)]);
        assert_eq!(abouts(&format!("global\n  x y {ALLOW}\n")), [About::Line(2)]);
        assert_eq!(abouts(&format!("server a; {ALLOW}\n")), [About::Line(1)]);
    }

    #[test]
    fn a_hash_in_quotes_or_in_json_is_no_comment() {
        assert_eq!(abouts("x\na = \"# evenkeel: allow EKP101 -- why\"\n"), []);
        assert_eq!(abouts("{\"a\": 1} # evenkeel: allow EKP101 -- why\n"), []);
        assert_eq!(abouts(&format!("x\n  don't {ALLOW}\n")), [About::Line(2)]);
    }
}
