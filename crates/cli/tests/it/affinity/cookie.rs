//! The session cookie: what it says to browsers and caches, and which ones are believed.

use crate::support::{Balancer, Origin, Reply, until};

use super::session::{cookie_of, get, session_on, sticky, telling};

/// Goal: the cookie's attributes. Method: one new session.
#[test]
fn attributes() {
    let origin = telling("a");
    let pool = sticky("{ name = \"sid\", ttl = \"2h\" }", "", &[origin.address]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    let response = client.get("/");
    let line = response.field("set-cookie").expect("a cookie").to_owned();
    let (pair, attributes) = line.split_once("; ").expect("attributes");
    assert!(pair.starts_with("sid=") && pair.len() == 4 + 67, "{pair}");
    assert_eq!(attributes, "Path=/; Max-Age=7200; HttpOnly; SameSite=Lax");
    let again = get(&mut client, pair);
    assert_eq!(again.field("set-cookie"), None, "a kept session is told nothing");
    assert!(!origin.received().contains("x-previous-endpoint"));
}

/// Goal: a session stays. Method: forty requests each of sessions on every server.
#[test]
fn kept() {
    let origins = [telling("a"), telling("b"), telling("c")];
    let pool = sticky("{}", "", &origins.each_ref().map(|origin| origin.address));
    let balancer = Balancer::start("", "", &pool);
    for name in ["a", "b", "c"] {
        let cookie = session_on(&balancer, name);
        for number in 0..40 {
            // New connections as well as kept ones, among other cookies.
            let mut client = balancer.connect();
            let response = get(&mut client, &format!("x=1; {cookie}; y={number}"));
            assert_eq!(response.text(), format!("{name} from -"));
            assert_eq!(response.field("set-cookie"), None);
        }
        assert!(balancer.endpoint("p", name)["picks"]["affinity_kept"].as_u64() >= Some(40));
    }
}

/// Goal: what we did not sign is no session. Method: altered, cut, and another pool's cookies.
#[test]
fn forged_and_foreign() {
    let (origin, other) = (telling("a"), telling("b"));
    let pool = sticky("{}", "", &[origin.address]);
    let shop = sticky("{}", "", &[other.address]).replace("pools.p", "pools.shop");
    let route = "[[routes]]\nhosts = [\"shop.test\"]\npool = \"shop\"\n";
    let balancer = Balancer::start("", "", &format!("{route}{pool}{shop}"));
    let cookie = session_on(&balancer, "a");
    let mut altered = cookie.clone();
    let last = if altered.ends_with('A') { "E" } else { "A" };
    altered.replace_range(cookie.len() - 1.., last);
    let mut client = balancer.connect();
    client.send("GET / HTTP/1.1\r\nhost: shop.test\r\n\r\n");
    let foreign = cookie_of(&client.response()).expect("the shop is sticky too");
    for wrong in [
        altered.as_str(),
        &cookie[..cookie.len() - 1],
        &foreign,
        "ek_p=",
        "ek_p=a",
        "ek_p=../../../../etc/passwd",
        &format!("ek_p={}", "A".repeat(67)),
        &foreign.replace("ek_shop=", "ek_p="),
        &cookie.replace("ek_p=", "EK_p="),
    ] {
        let response = get(&mut client, wrong);
        assert_eq!(response.status, 200, "{wrong}");
        let fresh = cookie_of(&response);
        assert!(fresh.is_some_and(|fresh| fresh != cookie), "{wrong} was believed");
    }
    // One good cookie among bad ones of the same name (two paths) is found.
    let response = get(&mut client, &format!("{altered}; {cookie}"));
    assert_eq!(response.field("set-cookie"), None);
}

/// Goal: two sticky pools on one host leave each other's sessions alone. Method: a browser that
/// keeps one cookie of a name goes to and fro between them.
#[test]
fn two_pools_on_one_host() {
    let origins = ["a", "b", "c", "d"].map(telling);
    let address = |range: std::ops::Range<usize>| origins[range].iter().map(|o| o.address);
    let pool = sticky("{}", "", &address(0..2).collect::<Vec<_>>());
    let api = sticky("{}", "", &address(2..4).collect::<Vec<_>>()).replace("pools.p", "pools.api");
    let route = "[[routes]]\npath_prefix = \"/api\"\npool = \"api\"\n";
    let balancer = Balancer::start("", "", &format!("{route}{pool}{api}"));
    let mut jar = std::collections::BTreeMap::new();
    let mut homes = [None, None];
    let mut client = balancer.connect();
    for turn in 0..40 {
        let (path, home) = (["/", "/api"][turn % 2], &mut homes[turn % 2]);
        let cookies: Vec<String> =
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        client.send(&format!(
            "GET {path} HTTP/1.1\r\nhost: test\r\ncookie: {}\r\n\r\n",
            cookies.join("; ")
        ));
        let response = client.response();
        if let Some(cookie) = cookie_of(&response) {
            let (name, value) = cookie.split_once('=').expect("a pair");
            jar.insert(name.to_owned(), value.to_owned());
            assert!(turn < 2, "a session was bound anew at turn {turn}");
        }
        let server = response.text();
        assert_eq!(home.get_or_insert_with(|| server.clone()), &server, "turn {turn}");
    }
    assert_eq!(jar.keys().collect::<Vec<_>>(), ["ek_api", "ek_p"]);
}

/// Goal: a binding ends with its time. Method: a second to live.
#[test]
fn expired() {
    let origin = telling("a");
    let pool = sticky("{ ttl = \"1s\" }", "", &[origin.address]);
    let balancer = Balancer::start("", "", &pool);
    let cookie = session_on(&balancer, "a");
    let mut client = balancer.connect();
    until("the session is over", || cookie_of(&get(&mut client, &cookie)).is_some());
}

/// Goal: raising the epoch frees every session. Method: a reload.
#[test]
fn another_epoch() {
    let origins = [telling("a"), telling("b")];
    let addresses = origins.each_ref().map(|origin| origin.address);
    let balancer = Balancer::start("", "", &sticky("{}", "", &addresses));
    let cookie = session_on(&balancer, "a");
    let mut client = balancer.connect();
    assert_eq!(cookie_of(&get(&mut client, &cookie)), None);
    balancer.rewrite(&Balancer::text("", "", &sticky("{ epoch = 1 }", "", &addresses)));
    assert_eq!(balancer.reload().0, 200);
    let fresh = cookie_of(&get(&mut client, &cookie)).expect("a new session");
    assert_eq!(cookie_of(&get(&mut client, &fresh)), None);
}

/// Goal: no shared cache can keep a response that sets a session's cookie, and all others stay
/// as they are. Method: the same response with and without a cookie.
#[test]
fn caches() {
    let origin = Origin::start(|_| {
        let fields = "cache-control: public, max-age=60\r\nCache-Control: s-maxage=600, \
                      no-transform\r\ncdn-cache-control: max-age=99\r\n\
                      surrogate-control: max-age=9\r\nset-cookie: own=1\r\nvary: accept\r\n";
        Reply::Send(format!("HTTP/1.1 200 OK\r\n{fields}content-length: 0\r\n\r\n").into_bytes())
    });
    let balancer = Balancer::start("", "", &sticky("{}", "", &[origin.address]));
    let mut client = balancer.connect();
    let first = client.get("/");
    let cookies: Vec<&str> = first.fields("set-cookie").collect();
    assert_eq!((cookies.len(), cookies[0]), (2, "own=1"), "the server's own cookie stays");
    let private: Vec<&str> = first.fields("cache-control").collect();
    assert_eq!(private, ["private, max-age=60, no-transform"]);
    assert_eq!((first.field("cdn-cache-control"), first.field("surrogate-control")), (None, None));
    assert_eq!(first.field("vary"), Some("accept"));
    let cookie = cookies[1].split(';').next().expect("a pair");
    let second = get(&mut client, cookie);
    let public: Vec<&str> = second.fields("cache-control").collect();
    assert_eq!(public, ["public, max-age=60", "s-maxage=600, no-transform"]);
    assert_eq!(second.field("cdn-cache-control"), Some("max-age=99"));
}

/// Goal: a response that says nothing of caches is made private as well.
#[test]
fn caches_by_default() {
    let origin = telling("a");
    let balancer = Balancer::start("", "", &sticky("{}", "", &[origin.address]));
    let mut client = balancer.connect();
    let first = client.get("/");
    assert_eq!(first.field("cache-control"), Some("private"));
    let again = get(&mut client, &cookie_of(&first).expect("a cookie"));
    assert_eq!(again.field("cache-control"), None);
}

/// Goal: sessions outlive the process. Method: killed and started again, with the same state
/// directory and with another one.
#[test]
fn a_restart_keeps_sessions() {
    let origins = [telling("a"), telling("b")];
    let pool = sticky("{}", "", &origins.each_ref().map(|origin| origin.address));
    let mut first = Balancer::start("", "", &pool);
    let cookies: Vec<_> = ["a", "b"].map(|name| (name, session_on(&first, name))).into();
    first.signal("KILL");
    let _ = first.wait();
    let state = first.folder().join("state");
    let second =
        Balancer::start(&format!("state_dir = {:?}", state.display().to_string()), "", &pool);
    let stranger = Balancer::start("", "", &pool);
    for (name, cookie) in &cookies {
        let response = get(&mut second.connect(), cookie);
        assert_eq!((response.text(), cookie_of(&response)), (format!("{name} from -"), None));
        let response = get(&mut stranger.connect(), cookie);
        assert!(cookie_of(&response).is_some(), "another key believes nothing");
    }
}
