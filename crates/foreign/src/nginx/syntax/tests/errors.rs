//! What nginx refuses, with its place and what was expected.

use super::show::{one, told};

fn check(text: &str, expected: &str) {
    let (tree, sources) = one(text);
    assert_eq!(told(&tree, &sources), [expected], "{text}");
}

#[test]
fn a_broken_text_says_where() {
    check(
        "http {\n  server {\n }\n",
        "nginx.conf:1:6: the block of `http` that opens here is never closed: expected `}` before \
         the file ends in line 4",
    );
    check(
        "}",
        "nginx.conf:1:1: unexpected `}`: no block is open here: expected a directive or the end",
    );
    check(
        "events {\n  worker_connections 7 }",
        "nginx.conf:2:22: unexpected `}`: the directive before it is not terminated by `;`: \
         expected `;`",
    );
    check("a b", "nginx.conf:1:1: the file ends within the directive `a`: expected `;` or `{`");
    check("a b;;", "nginx.conf:1:5: unexpected `;`: expected a directive");
    check(
        "a \"b\"c;",
        "nginx.conf:1:6: unexpected `c` right behind a closing quote: expected a space, `;` or `{`",
    );
    check(
        "a \"b;",
        "nginx.conf:1:3: the quote that opens here (\") is never closed: expected `\"`",
    );
    check(
        "init_by_lua_block { {}",
        "nginx.conf:1:19: the block of Lua that opens here is never closed: expected `}`",
    );
    check(
        "\u{feff}user a;",
        "nginx.conf:1:1: the file begins with a byte order mark, which nginx takes for a word: \
         expected a file without it",
    );
}

#[test]
fn a_forgotten_end_is_found() {
    check(
        "server {\n proxy_pass http://a\n index b;\n}",
        "nginx.conf:3:2: directive `proxy_pass` is not terminated by `;`: expected `;` behind \
         `proxy_pass …`",
    );
    check(
        "server {\n root /a\n location / { }\n}",
        "nginx.conf:3:2: directive `root` is not terminated by `;`: expected `;` and no block",
    );
    check(
        "map $a $b { c d { } }",
        "nginx.conf:1:13: unexpected `{`: a value of `map` has no block: expected `;` behind it",
    );
    check("http;", "nginx.conf:1:1: directive `http` has no opening `{`: expected a block");
    check(
        "http { keepalive_timeout 1 2 3; }",
        "nginx.conf:1:8: directive `keepalive_timeout` cannot have 3 arguments: expected 1 to 2",
    );
}

#[test]
fn what_is_too_big_is_refused() {
    let deep = "a { ".repeat(70);
    check(&deep, "nginx.conf:1:259: more than 64 blocks within each other");
    let long = format!("a {};", "x".repeat(4096));
    check(
        &long,
        "nginx.conf:1:3: a word of 4097 bytes is too long for nginx: expected at most 4094 bytes, \
         or a closing quote long before",
    );
    let (tree, sources) = one(&format!("#{}\na {};", "x".repeat(4094), "y".repeat(4095)));
    assert_eq!(told(&tree, &sources), Vec::<String>::new());
}

#[test]
fn templates_are_called_so() {
    let end = "expected the finished file: render it first";
    let jinja = "this looks like a template (Jinja, Helm, Go or Mustache: `{{ … }}`)";
    check("user {{ user }};", &format!("nginx.conf:1:6: {jinja}: {end}"));
    check(
        "{% for a in b %}\nuser a;\n{% endfor %}",
        &format!("nginx.conf:1:1: this looks like a template (Jinja: `{{% … %}}`): {end}"),
    );
    check(
        "server_name <%= @a %>;",
        &format!("nginx.conf:1:13: this looks like a template (ERB: `<% … %>`): {end}"),
    );
    check(
        "listen ${PORT} ${HOST};",
        &format!("nginx.conf:1:8: this looks like a template (envsubst: `${{PORT}}`): {end}"),
    );
    for finished in ["set $A 1; b ${A};", "a ~^(?<B>.)$; b ${B};", "b ${host};", "b '{{ c }}';"] {
        let (tree, sources) = one(&format!("x {{ {finished} }}"));
        assert_eq!(told(&tree, &sources), Vec::<String>::new());
    }
}
