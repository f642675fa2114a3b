//! Whose a text is.

use crate::product::Product;

/// Words that begin a section of HAProxy's.
const SECTIONS: [&str; 8] =
    ["global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist"];

/// Says whose a text is, by its name's end where that is sure, else by its first lines. `None`
/// where nothing tells.
pub(super) fn product(name: &str, text: &str) -> Option<Product> {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    match end {
        "toml" => return Some(Product::Evenkeel),
        "yaml" | "yml" => return Some(Product::Envoy),
        "json" if is_crossplane(text) => return Some(Product::Nginx),
        "json" => return Some(Product::Envoy),
        _ => {}
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = || lines().filter(|line| !line.starts_with('#'));
    let first_word = |line: &str| line.split_whitespace().next().unwrap_or("").to_owned();
    if told().any(|line| line.starts_with('[') && line.ends_with(']')) {
        return Some(Product::Evenkeel);
    }
    if told().any(|line| SECTIONS.contains(&first_word(line).as_str()) && !is_nginx(line)) {
        return Some(Product::Haproxy);
    }
    if told().any(|line| code(line).ends_with(';') || code(line).ends_with("; }")) {
        return Some(Product::Nginx);
    }
    match told().next()? {
        line if line.starts_with('{') && is_crossplane(text) => Some(Product::Nginx),
        line if line.starts_with('{') => Some(Product::Envoy),
        line if line.contains(": ") || line.ends_with(':') => Some(Product::Envoy),
        _ => None,
    }
}

/// Whether a line ends as nginx's do: `listen` is a directive there, and a section of HAProxy's.
fn is_nginx(line: &str) -> bool {
    code(line).ends_with(['{', ';', '}'])
}

/// A line without the comment behind it.
fn code(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim_end()
}

/// Whether a JSON text is what `crossplane parse` prints.
pub(super) fn is_crossplane(text: &str) -> bool {
    text.contains("\"config\"") && text.contains("\"parsed\"") && text.contains("\"directive\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_tell_whose_they_are() {
        let check = |name: &str, text: &str, expected: Option<Product>| {
            assert_eq!(product(name, text), expected, "{name}: {text}");
        };
        check("x.cfg", "# a\nglobal\n  maxconn 1\n", Some(Product::Haproxy));
        check("haproxy", "backend b\n server s 1.1.1.1:80\n", Some(Product::Haproxy));
        check("nginx.conf", "user a;\nhttp {\n}\n", Some(Product::Nginx));
        check("nginx.conf", "server {\n  listen 80; # all\n}\n", Some(Product::Nginx));
        check("nginx.conf", "server {\nlisten 80 ;\nlocation / {}\n}\n", Some(Product::Nginx));
        check("haproxy", "listen b # all\n bind :80\n", Some(Product::Haproxy));
        let server = "server {\n  listen 80; # main\n  location / { proxy_pass http://a; }\n}\n";
        check("nginx.conf", server, Some(Product::Nginx));
        check("h", "listen web # a; b {\n bind :80\n", Some(Product::Haproxy));
        check("site", "upstream u { server a; }\n", Some(Product::Nginx));
        check("e.yaml", "x", Some(Product::Envoy));
        check("e", "static_resources:\n  clusters: []\n", Some(Product::Envoy));
        check("e", "{\"static_resources\": {}}", Some(Product::Envoy));
        check(
            "c.json",
            "{\"config\":[{\"parsed\":[{\"directive\":\"a\"}]}]}",
            Some(Product::Nginx),
        );
        check("own", "[server]\nworkers = 0\n", Some(Product::Evenkeel));
        check("own.toml", "", Some(Product::Evenkeel));
        check("empty", "\n", None);
    }
}
