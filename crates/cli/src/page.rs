//! A page that a browser shows as it is: one file, no script, nothing fetched.

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2em auto;padding:0 1em;\
background:#ffffff;color:#1f2328}\
h1{font-size:1.3em;overflow-wrap:anywhere}h2{font-size:1.15em;overflow-wrap:anywhere}\
table{border-collapse:collapse;margin:1em 0;display:block;overflow-x:auto}\
th,td{padding:.2em .7em;text-align:right;border-bottom:1px solid #d8dee4;white-space:nowrap}\
th:first-child,td:first-child{text-align:left}\
.pass{color:#1a7f37}.fail,.invalid{color:#b42318}figure{margin:1.5em 0}\
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}\
th,td{border-color:#30363d}.pass{color:#3fb950}.fail,.invalid{color:#ff7b72}}";

/// The whole file around `main`, which is markup; the title is text.
pub(crate) fn page(title: &str, main: &str) -> String {
    let title = escaped(title);
    // The policy is a promise that the reader's browser keeps: nothing is fetched, nothing runs.
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         {main}</main>\n</body>\n</html>\n"
    )
}

/// Rows of text; nothing where there are none.
pub(crate) fn table<T: AsRef<str>>(columns: &[&str], rows: &[Vec<T>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head: String = columns.iter().map(|name| format!("<th>{}</th>", escaped(name))).collect();
    let mut text = format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n");
    for row in rows {
        let cells: String =
            row.iter().map(|cell| format!("<td>{}</td>", escaped(cell.as_ref()))).collect();
        text += &format!("<tr>{cells}</tr>\n");
    }
    text + "</tbody>\n</table>\n"
}

/// A picture, which is markup.
pub(crate) fn figure(svg: &str) -> String {
    format!("<figure>\n{svg}</figure>\n")
}

/// Text as it stands in markup.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, char| {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            char if char.is_control() => safe.push('\u{fffd}'),
            char => safe.push(char),
        }
        safe
    })
}
