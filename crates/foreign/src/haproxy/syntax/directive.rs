//! Messages: `.notice`, `.warning`, `.diag` and `.alert`.

use super::line::Line;
use super::remarks::{Doubt, Remarks};
use crate::SyntaxError;

/// Tells what the file has to say. `is_live` is false where it may not be said at all.
pub(super) fn read(line: &Line, is_live: bool, remarks: &mut Remarks) {
    let arguments = line.arguments();
    let Some(keyword) = arguments.first() else { return };
    let known = matches!(keyword.text.as_ref(), ".notice" | ".warning" | ".diag" | ".alert");
    if !known {
        let what = format!("unknown directive `{}`", keyword.text);
        let expected = "`.if`, `.elif`, `.else`, `.endif`, `.notice`, `.warning`, `.diag` or \
                        `.alert`";
        remarks.fail(SyntaxError::new(keyword.span, what).expected(expected));
        return;
    }
    if let Some(extra) = arguments.get(2) {
        let what = format!("`{}` takes one message", keyword.text);
        remarks.fail(SyntaxError::new(extra.span, what).expected("quotes around the message"));
        return;
    }
    let message = arguments.get(1).map_or("", |word| &word.text);
    if is_live && keyword.text.as_ref() == ".alert" {
        let what = format!("the file refuses to be loaded: {message}");
        remarks.fail(SyntaxError::new(line.said(), what));
    } else {
        let what = format!("{}: {message}", keyword.text.trim_start_matches('.'));
        remarks.tell(line.said(), Doubt::Message, what);
    }
}
