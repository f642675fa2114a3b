//! What rules come to where a log does not tell all that they ask for.

use crate::haproxy::Environment;
use crate::haproxy::model::read_texts;
use crate::logs::Line;
use crate::route::{HaproxyRoutes, To};

const BACKENDS: &str = "backend a\n server a1 10.0.0.1:80\nbackend b\n server b1 10.0.0.2:80\n";

fn check(rules: &str, line: &Line<'_>, to: To, doubt: Option<&str>) {
    let text = format!("defaults\n mode http\nfrontend f\n bind :80\n{rules}\n{BACKENDS}");
    let none = |_: &str| None;
    let config = read_texts(&[("h.cfg", text.as_bytes())], &Environment::new(&none));
    let names = ["a".to_owned(), "b".to_owned()];
    let files = |name: &str| (name == "m").then(|| "x.org b\n".to_owned());
    let routes = HaproxyRoutes::new(&config, &names, &files);
    let (decision, _) = routes.decide(line, |_, _| true);
    assert_eq!(decision.to, to, "{rules}");
    assert_eq!(decision.doubt.map(|doubt| routes.told(doubt)).as_deref(), doubt, "{rules}");
}

/// Goal: what a log leaves open is told, and nothing else. Method: rules of which a part is known.
#[test]
fn what_is_open_is_told() {
    let line = Line { target: Some(b"/x"), method: Some(b"GET"), ..Line::default() };
    let (a, b) = (To::Pool(0), To::Pool(1));
    let open = "`use_backend b` (h.cfg:5): the log does not have the header `x`";
    check(" use_backend b if { hdr(x) 1 }\n default_backend a", &line, a, Some(open));
    check(" use_backend a if { hdr(x) 1 }\n default_backend a", &line, a, None);
    check(" use_backend b if { hdr(x) 1 } { path /y }\n default_backend a", &line, a, None);
    check(" use_backend b if { hdr(x) 1 } or { path /x }\n default_backend a", &line, b, None);
    let rules = " http-request set-path /y\n use_backend b if { path /y }\n default_backend a";
    check(rules, &line, b, None);
    let changed = "`use_backend b` (h.cfg:6): what it tests is changed before by \
                   `http-request set-path` (h.cfg:5)";
    let by_header = rules.replace("set-path /y", "set-path %[req.hdr(x)]");
    check(&by_header, &line, a, Some(changed));
    let when = rules.replace("set-path /y", "set-path /y if { hdr(x) 1 }");
    check(&when, &line, a, Some(changed));
    check(&when.replace("{ hdr(x) 1 }", "{ method PUT }"), &line, a, None);
    // What is made anew after that is known again.
    check(&by_header.replace("\n use", "\n http-request set-uri /y\n use"), &line, b, None);
    let file = "`use_backend b` (h.cfg:5): the file `none` is not here";
    check(" use_backend b if { path -f none }\n default_backend a", &line, a, Some(file));
    let time = "`use_backend b` (h.cfg:5): `nbsrv(a)` cannot be known from the log";
    check(" use_backend b if { nbsrv(a) lt 1 }\n default_backend a", &line, a, Some(time));
    check(
        " use_backend %[hdr(host),map(m)]\n default_backend a",
        &line,
        a,
        Some(
            "`use_backend %[hdr(host),map(m)]` (h.cfg:5): the log does not have the header `host`",
        ),
    );
}

/// Goal: what the answer tells rules rules out. Method: a refusal that cannot be decided, and
/// requests that were served, and refused.
#[test]
fn a_status_tells_what_did_not_happen() {
    let rules = " http-request deny if { hdr(x) 1 }\n default_backend a";
    let served = Line { target: Some(b"/"), status: Some(200), ..Line::default() };
    check(rules, &served, To::Pool(0), None);
    let refused = Line { status: Some(403), ..served };
    let open = "`http-request deny` (h.cfg:5): the log does not have the header `x`";
    check(rules, &refused, To::Pool(0), Some(open));
}
