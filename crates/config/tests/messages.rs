//! What people read when a file is wrong: exact texts.

/// Ten mistakes, some of structure and some of meaning.
const TEN_MISTAKES: &str = r#"[server]
admin = "127.0.0.1"
worker = 4

[[listeners]]
name = "web"
address = "0.0.0.0:8080"
timeouts = { idle = 60 }

[[routes]]
path_prefix = "api"
pool = "portl"

[pools.portal]
policy = "least_presure"
probe = { path = "/healthz", interval = "1s", timeout = "5s" }
retry = { ratio = 20 }

[[pools.portal.endpoints]]
name = "web1"
address = "10.0.0.11:8080"
capacity = "100"

[[pools.portal.endpoints]]
name = "web1"
address = "10.0.0.12:8080"
"#;

#[test]
fn ten_mistakes_are_shown_at_once() {
    let problems = config::parse(TEN_MISTAKES, "evenkeel.toml").unwrap_err();
    let shown = problems.render(false);
    assert_eq!(shown, include_str!("ten_mistakes.txt"), "\n{shown}");
    assert!(problems.render(true).contains("\u{1b}["));
}

/// A valid file but for what is put in front of it and behind it.
fn around(head: &str, tail: &str) -> String {
    format!(
        "{head}\n[[listeners]]\nname = \"web\"\naddress = \"0.0.0.0:8080\"\n\
         [[routes]]\npool = \"p\"\n[[pools.p.endpoints]]\nname = \"e\"\n\
         address = \"10.0.0.1:80\"\n{tail}"
    )
}

/// Compares `what | hint` of every problem.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let lines: Vec<String> = match config::parse(text, "evenkeel.toml") {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .map(|problem| {
                let hint = problem.hint.as_deref().unwrap_or("-");
                format!("{}: {} | {hint}", problem.slug, problem.what)
            })
            .collect(),
    };
    assert_eq!(lines, expected, "{text}");
}

#[test]
fn keys_of_an_endpoint() {
    let check = |keys: &str, expected: &str| check(&around("", keys), &[expected]);
    let place = "of endpoint `e` of pool `p`";
    check(
        "capacity = 0",
        &format!(
            "out-of-range: `capacity` {place} is out of range: 0 | \
             write a value from 0.01 to 1000000"
        ),
    );
    check(
        "capacity = 1e-300",
        &format!(
            "out-of-range: `capacity` {place} is out of range: 1e-300 | \
             write a value from 0.01 to 1000000"
        ),
    );
    check(
        "capacity = inf",
        &format!(
            "out-of-range: `capacity` {place} is out of range: inf | \
             write a value from 0.01 to 1000000"
        ),
    );
    check(
        "weight = nan",
        &format!(
            "out-of-range: `weight` {place} is out of range: NaN | write a value from 0 to 1000"
        ),
    );
    check(
        "weight = -1",
        &format!(
            "out-of-range: `weight` {place} is out of range: -1 | write a value from 0 to 1000"
        ),
    );
    check(
        "limit = 5000000000",
        &format!(
            "out-of-range: `limit` {place} is out of range: 5000000000 | \
             write a value from 1 to 4294967295"
        ),
    );
    check(
        "drain = \"true\"",
        &format!(
            "wrong-type: `drain` {place} is a text, not a yes-or-no | write `true` without quotes"
        ),
    );
    check(
        "maxconn = 5",
        "unknown-key: unknown key `maxconn` in endpoint `e` of pool `p` | did you mean `limit`?",
    );
}

#[test]
fn keys_of_a_pool() {
    let check = |keys: &str, expected: &str| {
        check(&around("", &format!("[pools.p]\n{keys}")), &[expected]);
    };
    check(
        "affinity = { bound = 1 }",
        "out-of-range: `bound` of `affinity` of pool `p` is out of range: 1 | \
         write a value above 1, at most 1000",
    );
    check(
        "affinity = { ttl = \"0s\" }",
        "out-of-range: `ttl` of `affinity` of pool `p` is out of range: 0s | \
         write a value at least 1s",
    );
    check(
        "affinity = true",
        "wrong-type: `affinity` of pool `p` is a yes-or-no, not a table | \
         write `affinity = { … }`",
    );
    check(
        "probe = { rise = 0 }",
        "out-of-range: `rise` of `probe` of pool `p` is out of range: 0 | \
         write a value from 1 to 1000",
    );
    check(
        "probe = { path = \"/\", expect = [200, \"2xx\"] }",
        "bad-status: `expect` of `probe` of pool `p` is not understood: `2xx` is no HTTP status | \
         write `200`, `\"200-399\"`, or a list such as `[200, \"300-399\"]`",
    );
    check(
        "retry = { statuses = [503, 200] }",
        "out-of-range: `statuses` of `retry` of pool `p` is out of range: 200 | \
         write a value from 400 to 599",
    );
    check(
        "hash = {}",
        "missing-key: missing key `by` in `hash` of pool `p` | add `by = \"cookie\"`",
    );
    check(
        "slow_start = \"10 sec\"",
        "bad-unit: `slow_start` of pool `p` is not understood: `sec` is no unit of time | \
         write `s` straight after the number, as in `30s`",
    );
}

#[test]
fn keys_of_the_process() {
    let check = |keys: &str, expected: &str| {
        check(&around(&format!("[server]\n{keys}"), ""), &[expected]);
    };
    check(
        "admin = \"none\"",
        "bad-address: `admin` of `server` is no IP address with a port: `none` | \
         write `off` for none",
    );
    check(
        "admin = \"OFF\"",
        "bad-address: `admin` of `server` is no IP address with a port: `OFF` | \
         write `off` for none",
    );
    check(
        "admin = 9900",
        "wrong-type: `admin` of `server` is a whole number, not an address | \
         write it in quotes with its IP address: `\"127.0.0.1:9900\"`",
    );
    check(
        "admin = false",
        "wrong-type: `admin` of `server` is a yes-or-no, not an address | \
         write `\"off\"` for none",
    );
    check(
        "access_log = false",
        "wrong-type: `access_log` of `server` is a yes-or-no, not a text | \
         leave `access_log` out for none",
    );
    check(
        "workers = \"two\"",
        "wrong-type: `workers` of `server` is a text, not a whole number | \
         write a whole number, such as `4`, without quotes",
    );
    check(
        "trusted_proxies = [\"10.0.0.0\"]",
        "bad-network: `trusted_proxies` of `server` holds no network: `10.0.0.0` | \
         add the prefix: `10.0.0.0/32` for this one address, a shorter one for a network",
    );
    check(
        "trusted_proxies = \"10.0.0.0/8\"",
        "wrong-type: `trusted_proxies` of `server` is a text, not a list | \
         write `[\"10.0.0.0/8\"]`",
    );
    check(
        "workers = 99999999999999999999999999999999999999999999",
        "out-of-range: `workers` of `server` is out of range: more than 38 digits | \
         write a value from 0 to 1024",
    );
    check(
        "workers = 1.5",
        "wrong-type: `workers` of `server` is a number with a fraction, not a whole number | \
         write a whole number, such as `4`, without quotes",
    );
}

/// Goal: the reason fits the mistake. Method: durations that are wrong in three ways.
#[test]
fn only_a_missing_unit_is_called_a_guess() {
    let why = |value: &str| {
        let text = around(&format!("[server]\ndrain_timeout = \"{value}\""), "");
        let problems = config::parse(&text, "x").unwrap_err();
        problems.iter().map(|problem| problem.why.clone()).collect::<String>()
    };
    assert!(why("30").contains("guess") && why("5 min").contains("guess"));
    assert!(why("-5s").starts_with("`drain_timeout`: How long"), "{}", why("-5s"));
    assert!(why("1000000d").starts_with("`drain_timeout`: How long"));
}

#[test]
fn addresses_of_a_listener() {
    let check = |address: &str, hint: &str| {
        let text = around("", "").replace("0.0.0.0:8080", address);
        let what = "`address` of listener `web` is no IP address with a port";
        check(&text, &[&format!("bad-address: {what}: `{address}` | {hint}")]);
    };
    check("10.0.0.1", "add the port: `10.0.0.1:8080`");
    check("::1", "put brackets around it and add the port: `[::1]:8080`");
    check("http://10.0.0.1:80/", "write only `10.0.0.1:80`");
    check(":8080", "write `0.0.0.0:8080` for every interface, `127.0.0.1:8080` for this host");
    check("*:80", "write `0.0.0.0:80` for every interface, `127.0.0.1:80` for this host");
    check("localhost:80", "write `127.0.0.1:80`");
    check("web.example", "write an IP address and a port, such as `10.0.0.11:8080`");
}

#[test]
fn single_and_double_brackets() {
    check(
        &around("", "[pools.q]\nendpoints = [\"web1\"]\n[[routes]]\nhosts = [\"q\"]\npool = \"q\""),
        &["wrong-type: endpoint number 1 of pool `q` is a text, not a table | \
           write one `[[…endpoints]]` for each, \
           or `{ name = \"…\", address = \"10.0.0.11:8080\" }`"],
    );
    check(
        &around("[[server]]", ""),
        &["wrong-type: `server` is a list, not a table | \
             there is one `server`: write it as a table"],
    );
    check(
        &around("", "").replace("[[listeners]]", "[listeners]"),
        &["wrong-type: `listeners` is a table, not a list of tables | \
           there may be several: write double brackets, `[[…listeners]]`"],
    );
    check(
        &around("", "").replace("[[pools.p.endpoints]]", "[[pools]]"),
        &["wrong-type: `pools` is a list, not a table | name each one: `[pools.NAME]`"],
    );
}

#[test]
fn a_problem_of_the_whole_file_has_no_line_to_show() {
    let shown = config::parse("", "evenkeel.toml").unwrap_err().to_string();
    assert!(shown.contains("no listener\n--> evenkeel.toml:1\n = why: without"), "{shown}");
    assert!(shown.ends_with("\n\nevenkeel.toml: 3 errors\n"), "{shown}");
}

#[test]
fn thousands_of_problems_are_counted_and_the_first_shown() {
    let text: String = (0..5000).map(|i| format!("stranger{i} = 1\n")).collect();
    let shown = config::parse(&text, "evenkeel.toml").unwrap_err().to_string();
    assert_eq!(shown.matches("unknown-key").count(), 197, "three are about what is missing");
    assert!(shown.ends_with("and 4803 more, not shown\n\nevenkeel.toml: 5003 errors\n"));
}

#[test]
fn what_is_missing_and_what_is_not_toml() {
    check(
        &around("", "[[pools.p.endpoints]]\ncapacity = 5"),
        &["missing-key: missing keys `name` and `address` in endpoint number 2 of pool `p` | \
           add `name = \"…\"` and `address = \"10.0.0.11:8080\"`"],
    );
    check(
        &around("", "capacity = 1\ncapacity = 2\n[pools.p\n"),
        &[
            "syntax: this is no TOML: duplicate key | \
             write each key and each section once: remove one, or merge the two",
            "syntax: this is no TOML: unclosed table, expected `]` | close the header: `[name]`",
        ],
    );
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    check(
        &around("\"\\u001b[31m\" = 1", ""),
        &["unknown-key: unknown key `\\u{1b}[31m` in the file | \
           known here: `alarms` `audit` `firewall` `listeners` `pools` `routes` `server`"],
    );
}
