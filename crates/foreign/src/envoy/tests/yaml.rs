//! Values, places, and limits.

use super::show::error;
use crate::envoy::yaml::{Node, Value, load};
use crate::source::Sources;

fn read(text: &str) -> (Result<Node, String>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text.as_bytes());
    let node = load(&sources, file).map_err(|error| error.told(&sources).to_string());
    (node, sources)
}

/// A tree in one line, with the text that each value's place has.
fn shown(node: &Node, sources: &Sources) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Text(text) => {
            let place = sources.place(node.span);
            format!("{text}@{}:{}", place.line, place.column)
        }
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| shown(item, sources)).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Map(fields) => {
            let fields =
                fields.iter().map(|f| format!("{}={}", f.key.value, shown(&f.value, sources)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(" "))
        }
    }
}

fn check(text: &str, expected: &str) {
    let (node, sources) = read(text);
    assert_eq!(shown(&node.unwrap(), &sources), expected, "{text}");
}

#[test]
fn values_have_places_in_yaml_and_json() {
    check("a: 1\nb:\n- x\n- {y: 'z w'}\n", "{a=1@1:4 b=[x@3:3 {y=z w@4:7}]}");
    check("{\"a\": [1, \"b\\n\"],\n \"c\": null}", "{a=[1@1:8 b\n@1:11] c=null}");
    check("é: ü\n\"ö\": ~", "{é=ü@1:4 ö=null}");
    check("", "null");
    check("a: &x {b: 1}\nc: *x", "{a={b=1@1:11} c={b=1@1:11}}");
    check("!ignore x: &p 80\na: *p\n!ignore y:\n- 1", "{a=80@1:12}");
    check("a: |\n  b\n  c\n", "{a=b\nc\n@2:3}");
}

#[test]
fn a_block_ends_where_its_last_value_ends() {
    let (node, sources) = read("a:\n  b: 1\n  c: 2\n\n# end\nd: 3\n");
    let node = node.unwrap();
    assert_eq!(sources.slice(node.field("a").unwrap().span), "b: 1\n  c: 2");
}

#[test]
fn camel_case_is_the_same_field() {
    let (node, _) = read("loadAssignment: {lbEndpoints: [1]}\nload_assignment_2: 1");
    let node = node.unwrap();
    assert_eq!(node.at(&["load_assignment", "lb_endpoints"]).unwrap().items().len(), 1);
}

#[test]
fn what_cannot_be_read_says_where() {
    assert_eq!(
        error("a: b\n  c: d: e\n"),
        "envoy.yaml:2:4: this is no YAML: mapping values are not allowed in this context"
    );
    assert_eq!(
        error("a: 1\n---\nb: 2"),
        "envoy.yaml:2:1: a second document begins here, which Envoy does not read: expected one \
         document in a file"
    );
    assert_eq!(
        error("apiVersion: v1\n"),
        "envoy.yaml:1:1: this is no configuration of Envoy: expected `static_resources`, \
         `resources`, `clusters` or `endpoints`"
    );
}

/// Goal: a template that was not rendered is called one, wherever YAML would read it as something
/// else. Method: marks of all kinds, in values and around them.
#[test]
fn templates_are_called_what_they_are() {
    let check = |text: &str, place: &str, kind: &str| {
        let expected = format!(
            "envoy.yaml:{place}: this looks like a template ({kind}): expected the finished file: \
             render it first"
        );
        assert_eq!(error(text), expected, "{text}");
    };
    let curly = "Jinja, Helm, Go or Mustache: `{{ … }}`";
    let jinja = "Jinja: `{% … %}`";
    check("clusters:\n- name: {{ name }}\n", "2:9", curly);
    check("clusters:\n- name: \"{{ .Values.name }}\"\n", "2:10", curly);
    check("# {{ managed }}\nclusters:\n{{- range .Values.all }}\n- name: x\n", "3:1", curly);
    check("clusters:\n{% for it in all %}\n- name: x\n{% endfor %}\n", "2:1", jinja);
    check("clusters:\n- name: <%= @name %>\n", "2:9", "ERB: `<% … %>`");
    check("clusters:\n- name: ${NAME}\n", "2:9", "envsubst: `${NAME}`");
    check("{\"clusters\": [{\"name\": \"c-${ZONE_1}\"}]}", "1:27", "envsubst: `${ZONE_1}`");
}

/// Goal: what a value may hold itself is no template. Method: Lua, pages, patterns, formats.
#[test]
fn texts_of_other_languages_are_no_templates() {
    let (node, _) = read(
        "a:\n  inline_code: \"local t = {{1}}\"\n  body: {inline_string: \"{{x}} ${HOME}\"}\n  \
         lua: |\n    local t = {{1}, {2}}\n  text_format: \"%REQ(:PATH)% {% ${X}\"\n  \
         regex: \"^{{$\"\n  name: \"$NAME ${name} %{X} {x} }}\"\n",
    );
    assert!(node.is_ok(), "{node:?}");
}

/// Deep nesting, aliases that multiply and aliases of themselves end with an error, and soon.
#[test]
fn nothing_grows_without_limit() {
    let told = |text: &str| read(text).0.unwrap_err();
    for open in ["[", "- ", "{a: ", "? "] {
        let error = told(&open.repeat(100_000));
        let limits = ["more than 100 values within each other", "recursion limit exceeded"];
        assert!(limits.iter().any(|limit| error.contains(limit)), "{error}");
    }
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for step in 1..30 {
        let before = format!("*a{}", step - 1);
        laughs += &format!("a{step}: &a{step} [{}]\n", vec![before; 9].join(", "));
    }
    assert!(told(&laughs).contains("anchors and aliases add more than 33554432 bytes"));
    assert!(
        told("a: &a [*a]").contains("unknown anchor") || told("a: &a [*a]").contains("part of")
    );
}
