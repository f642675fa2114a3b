//! Names of files that are none.

use std::path::Path;

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let (server, spot) = (&site.settings.server, site.spot("server"));
    let log = server.access_log.as_deref().map(|path| ("access_log", path));
    for (key, path) in log.into_iter().chain([("state_dir", server.state_dir.as_path())]) {
        if let Some((what, hint)) = fault(key, path) {
            let finding = Finding::error("bad-file", spot.key(key).span(), what)
                .why("it is the name of a file or folder, relative to the working directory")
                .hint(hint);
            out.push(finding);
        }
    }
}

/// What is wrong with a name, and what to write instead.
fn fault(key: &str, path: &Path) -> Option<(String, &'static str)> {
    let text = path.to_str()?;
    let none = ["none", "no", "false", "off"].contains(&text.to_ascii_lowercase().as_str());
    Some(match key {
        "access_log" if text.is_empty() => {
            ("`access_log` is empty".to_owned(), "write `off`, or leave it out, for none")
        }
        "access_log" if none => {
            let what = format!("`access_log` would be a file that is named `{text}`");
            (what, "write `off`, or leave it out, for none; `./` and the name for such a file")
        }
        _ if text.is_empty() => {
            (format!("`{key}` is empty"), "write `.` for the working directory")
        }
        _ if text.contains('\0') => {
            (format!("`{key}` holds a NUL, which no file name can"), "remove `\\u0000`")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(keys: &str, expected: &[&str]) {
        testing::check("[server]", &format!("[server]\n{keys}"), expected);
    }

    #[test]
    fn a_log_is_a_file_or_off() {
        check("access_log = \"off\"", &[]);
        check("access_log = \"access.jsonl\"", &[]);
        check("access_log = \"./none\"", &[]);
        for none in ["", "none", "OFF", "false"] {
            check(&format!("access_log = \"{none}\""), &["bad-file"]);
        }
        check("access_log = \"a\\u0000b\"", &["bad-file"]);
    }

    #[test]
    fn a_folder_has_a_name() {
        check("state_dir = \"\"", &["bad-file"]);
        check("state_dir = \"a\\u0000b\"", &["bad-file"]);
        check("state_dir = \"none\"", &[]);
    }
}
