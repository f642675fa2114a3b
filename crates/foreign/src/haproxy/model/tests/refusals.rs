//! What HAProxy refuses, and how it is said.

use super::reader::any_config;

fn check_text(text: &str, expected: &str) {
    let config = any_config(text);
    let errors: Vec<String> =
        config.errors.iter().map(|error| error.told(&config.sources).to_string()).collect();
    assert_eq!(errors, [expected], "{text}");
}

/// A line of a backend, and the mistake in it without its place.
fn check(line: &str, expected: &str) {
    let config = any_config(&format!("backend b\n{line}\n"));
    let errors: Vec<&str> = config.errors.iter().map(|error| error.what.as_str()).collect();
    assert_eq!(errors, [expected], "{line}");
}

#[test]
fn mistakes_name_their_place_and_what_was_expected() {
    check_text(
        "backend b\n server s h:1 weight 300\n",
        "a.cfg:2:22: 300 is out of range: expected a number from 0 to 256",
    );
    check_text(
        "backend b\n timeout server 5x\n",
        "a.cfg:2:17: `5x` is no time: expected a number of milliseconds, or one with us, ms, s, \
         m, h or d",
    );
    check_text(
        "foo\nglobal\n",
        "a.cfg:1:1: a line before any section: expected `global`, `defaults`, `frontend`, …",
    );
    check_text(
        "backend b\n hash-type random\n",
        "a.cfg:2:12: `random` is none of these: expected one of map-based, consistent",
    );
}

#[test]
fn values_have_to_be_possible() {
    check("balance uri len 0", "0 is out of range");
    check("balance random(x)", "`random(x)` has no number of draws");
    check("balance hdr()", "a header without a name");
    check("hash-balance-factor 100", "100 % cannot be kept");
    check("cookie A insert prefix", "these modes of a cookie exclude each other");
    check("cookie A rewrite indirect", "these modes of a cookie exclude each other");
    check("cookie A preserve", "`preserve` does nothing here");
    check("stick-table type ip", "a table without a size");
    check("stick-table size 1k", "a table without a type");
    check("stick-table type ip size 1kb", "`1kb` is no size");
    check("no option httpchk", "option `httpchk` cannot be taken back");
    check("no disabled", "nothing can stand in front of `disabled`");
    check("timeout server 30d", "`30d` is too long a time");
    check("server s h:1 rise 0", "0 is out of range");
    check("server s h:1 check inter 0", "checks without a time between them");
    check("server s h:1 observe layer3", "`layer3` is none of these");
    check("server s h:99999", "`99999` is no port");
    check("server s h:1-2", "`h:1-2` has several ports");
    check("server a$ h:1", "`$` is not permitted in a name");
    check("server s", "`server` is not complete");
    check("server-template a 3-1 h:1", "`3-1` is no number of servers");
    check("use-server s", "`use-server` without a condition");
    check("bind :9-8", "`:9-8` has no port to listen at");
    check("persist cookie", "`cookie` is no way to persist");
}

#[test]
fn proxies_have_names_of_their_own() {
    check_text("backend\n", "a.cfg:1:1: a proxy without a name: expected a name behind it");
    check_text(
        "frontend a\n bind :1\nlisten a\n",
        "a.cfg:3:8: there is another proxy `a`: expected another name",
    );
    assert_eq!(any_config("frontend a\nbackend a\n").errors.len(), 0);
    check_text(
        "backend b from x\n",
        "a.cfg:1:16: there are no defaults `x`: expected the name of a `defaults` section above",
    );
    check_text(
        "defaults\n server s h:1\n",
        "a.cfg:2:2: `server` has no place in `defaults`: expected a `frontend`, `backend` or \
         `listen` section",
    );
}
