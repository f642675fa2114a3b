//! Whose a text is.

use crate::product::Product;

/// Words that begin a section of HAProxy's.
const SECTIONS: [&str; 8] =
    ["global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist"];

/// Words that begin a block of nginx's and nothing of anybody else's, where a brace follows.
const BLOCKS: [&str; 6] = ["server", "http", "events", "stream", "mail", "types"];
/// The same where a name or a test comes before the brace.
const NAMED_BLOCKS: [&str; 5] = ["upstream", "location", "map", "geo", "split_clients"];

/// Ends of the names of templates, behind the end that the finished file has.
const TEMPLATES: [&str; 10] =
    ["j2", "jinja", "jinja2", "tmpl", "tpl", "template", "erb", "ctmpl", "mustache", "hbs"];

/// Says whose a text is, by its name's end where that is sure, else by its first lines. `None`
/// where nothing tells.
pub(super) fn product(name: &str, text: &str) -> Option<Product> {
    let finished = name.rsplit_once('.').filter(|(_, end)| TEMPLATES.contains(end));
    let name = finished.map_or(name, |(name, _)| name);
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    match end {
        "toml" => return Some(Product::Evenkeel),
        "yaml" | "yml" => return Some(Product::Envoy),
        "json" if is_crossplane(text) => return Some(Product::Nginx),
        "json" => return Some(Product::Envoy),
        _ => {}
    }
    let text = text.trim_start_matches('\u{feff}');
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = || lines().filter(|line| !line.starts_with('#'));
    let first_word = |line: &str| line.split_whitespace().next().unwrap_or("").to_owned();
    if told().any(is_table) {
        return Some(Product::Evenkeel);
    }
    // Before what may stand in a template of it.
    if told().any(begins_block) {
        return Some(Product::Nginx);
    }
    if told().any(|line| SECTIONS.contains(&first_word(line).as_str()) && !is_nginx(line)) {
        return Some(Product::Haproxy);
    }
    if told().any(|line| code(line).ends_with(';') || code(line).ends_with("; }")) {
        return Some(Product::Nginx);
    }
    match told().next()? {
        line if line.starts_with('{') && is_crossplane(text) => Some(Product::Nginx),
        line if line.starts_with("{{") || line.starts_with("{%") => None,
        line if line.starts_with('{') => Some(Product::Envoy),
        line if line.contains(": ") || line.ends_with(':') => Some(Product::Envoy),
        _ => None,
    }
}

/// Whether a line is the name of a table in TOML.
fn is_table(line: &str) -> bool {
    let inside = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_key = |c: char| c.is_alphanumeric() || "[]_-.\"' ".contains(c);
    inside.is_some_and(|inside| inside.chars().all(is_key))
}

/// Whether a line begins a block of nginx's, whatever a template has around the names.
fn begins_block(line: &str) -> bool {
    let Some((word, rest)) = line.split_once(char::is_whitespace) else { return false };
    let rest = rest.trim_start();
    let is_brace = |text: &str| {
        let behind = text.strip_prefix('{');
        behind.is_some_and(|behind| !behind.starts_with(['{', '%', '#']))
    };
    if BLOCKS.contains(&word) {
        return is_brace(rest);
    }
    let ends = |rest: &str| {
        let bytes = rest.bytes().enumerate();
        let mut braces = bytes.filter(|(_, byte)| *byte == b'{').map(|(at, _)| at);
        // The brace of a block stands apart from the name; one of a template comes in two.
        braces.any(|at| {
            let before = rest.get(..at).unwrap_or("");
            before.ends_with(char::is_whitespace) && rest.get(at..).is_some_and(is_brace)
        })
    };
    NAMED_BLOCKS.contains(&word) && ends(rest)
}

/// Whether a line ends as nginx's do: `listen` is a directive there, and a section of HAProxy's.
fn is_nginx(line: &str) -> bool {
    let code = code(line);
    let is_filled_in = code.ends_with("}}") || code.ends_with("%}");
    code.ends_with(['{', ';', '}']) && !is_filled_in
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
        // Templates of it.
        let pass = "server { listen 80; location / { proxy_pass http://{{ app }}; } }\n";
        check("nginx.conf", pass, Some(Product::Nginx));
        let rows = "upstream {{ name }} { {% for s in all %}server {{ s }};{% endfor %} }\n";
        check("x.j2", rows, Some(Product::Nginx));
        check(
            "x",
            "{{ head }}\n[{{ x }}]\nupstream app {\n server a\n ;\n}\n",
            Some(Product::Nginx),
        );
        check("x", "server {\n  listen <%= port %>\n  ssl;\n}\n", Some(Product::Nginx));
        check("x", "upstream a-${ENV} {\n  server ${HOST}\n  ;\n}\n", Some(Product::Nginx));
        let backend = "backend b\n  server {{ name }} {{ address }}\n";
        check("h.cfg.j2", backend, Some(Product::Haproxy));
        check("e.yaml.j2", "x", Some(Product::Envoy));
        check("e.yaml", "x", Some(Product::Envoy));
        check("e", "static_resources:\n  clusters: []\n", Some(Product::Envoy));
        check("e", "{\"static_resources\": {}}", Some(Product::Envoy));
        check(
            "c.json",
            "{\"config\":[{\"parsed\":[{\"directive\":\"a\"}]}]}",
            Some(Product::Nginx),
        );
        check("t.cfg", "{% if a %}\nbackend {{ name }}\n{% endif %}\n", Some(Product::Haproxy));
        check("t.conf", "upstream u {\n {{ all }}\n server a;\n}\n", Some(Product::Nginx));
        check("t", "{% if a %}\n", None);
        check("own", "[server]\nworkers = 0\n", Some(Product::Evenkeel));
        check("own.toml", "", Some(Product::Evenkeel));
        check("h", "\u{feff}backend b\n server s 1.1.1.1:80\n", Some(Product::Haproxy));
        check("empty", "\n", None);
    }
}
