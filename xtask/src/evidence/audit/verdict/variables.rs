//! Values for the variables of the environment that HAProxy's files read.

use super::super::collection::{Entry, Product};

/// `NAME=VALUE` for each variable of a file.
pub(crate) fn variables(entry: &Entry) -> Vec<String> {
    if entry.product != Product::Haproxy {
        return Vec::new();
    }
    let text = std::fs::read(&entry.file).unwrap_or_default();
    of(&String::from_utf8_lossy(&text))
}

fn of(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('$') {
        let rest = text[at + 1..].trim_start_matches('{');
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let is_number = ["PORT", "MAXCONN", "WEIGHT"].iter().any(|word| name.contains(word));
        let value = if is_number { "8080" } else { "127.0.0.1" };
        found.push(format!("{name}={value}"));
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn variables_are_found() {
        let text = "bind :${PORT}\nserver a \"$HOST\":80 # $ 5 $HOST";
        assert_eq!(of(text), ["HOST=127.0.0.1", "PORT=8080"]);
    }
}
