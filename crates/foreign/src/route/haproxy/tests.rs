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

/// Goal: what may have ended a ruleset leaves open what stands behind it, and nothing else. Method:
/// a rule that accepts what the log tells, or not, before one that refuses.
#[test]
fn what_stands_behind_a_rule_that_accepts_may_not_count() {
    let line = Line { target: Some(b"/x"), method: Some(b"GET"), ..Line::default() };
    let (a, b) = (To::Pool(0), To::Pool(1));
    let rules = " http-request allow if { path /x }\n http-request deny\n default_backend a";
    check(rules, &line, a, None);
    check(rules, &Line { target: Some(b"/y"), ..line.clone() }, To::Answered, None);
    let open = "`http-request deny` (h.cfg:6): the log does not have the header `x`";
    let unknown = rules.replace("{ path /x }", "{ hdr(x) 1 }");
    check(&unknown, &line, a, Some(open));
    let changed = "`use_backend b` (h.cfg:7): what it tests is changed before by \
                   `http-request set-path` (h.cfg:6)";
    let set = unknown.replace("deny\n", "set-path /y\n use_backend b if { path /y }\n");
    check(&set, &line, a, Some(changed));
    check(&set.replace("{ hdr(x) 1 }", "{ path /z }"), &line, b, None);
    let tcp = " tcp-request content accept if { path /x }\n tcp-request content reject\n";
    check(&format!("{tcp} http-request deny\n"), &line, To::Answered, None);
    check(&format!("{tcp} default_backend b"), &line, b, None);
}

/// Goal: what is not known of a header that HAProxy itself adds, or not imitated of a rule, is
/// said. Method: logs without addresses and headers, and a converter that is not known here.
#[test]
fn what_is_not_imitated_is_called_so() {
    let line = Line { target: Some(b"/x"), method: Some(b"GET"), ..Line::default() };
    let a = To::Pool(0);
    let rules = " http-request set-path %[path,regsub(a,b)]\n \
                 use_backend b if { path /y }\n default_backend a";
    let open = "`use_backend b` (h.cfg:6): what it tests is changed before by \
                `http-request set-path` (h.cfg:5)";
    check(rules, &line, a, Some(open));
    let open = "`use_backend b` (h.cfg:5): `regsub(a,b)` is not imitated";
    check(" use_backend b if { path,regsub(a,b) /y }\n default_backend a", &line, a, Some(open));
    let open = "`use_backend %fi` (h.cfg:5): `%fi` is not imitated";
    check(" use_backend %fi\n default_backend a", &line, a, Some(open));
    let known = Line { client: Some([10, 0, 0, 1].into()), ..line };
    let rules = " http-request set-header x b%ci\n use_backend b if { hdr(x) b10.0.0.1 }\n \
                 default_backend a";
    check(rules, &known, To::Pool(1), None);
}

/// Goal: monitors are answered before rules, statistics behind them. Method: both, and rules that
/// change the path.
#[test]
fn pages_of_haproxys_own_are_no_requests() {
    let line = |target: &'static [u8], method: &'static [u8]| Line {
        target: Some(target),
        method: Some(method),
        ..Line::default()
    };
    let rules = " monitor-uri /up\n stats enable\n http-request set-path /up if { path /a }\n \
                 http-request set-path /haproxy if { path /b }\n default_backend a";
    let (a, answered) = (To::Pool(0), To::Answered);
    check(rules, &line(b"/up", b"PUT"), answered, None);
    check(rules, &line(b"http://h/up", b"GET"), answered, None);
    check(rules, &line(b"/up?x", b"GET"), a, None);
    check(rules, &line(b"/a", b"GET"), a, None);
    check(rules, &line(b"/b?stats", b"GET"), answered, None);
    check(rules, &line(b"/haproxy?stats;csv", b"PUT"), a, None);
}
