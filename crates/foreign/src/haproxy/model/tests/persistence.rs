//! Cookies, stick tables and what persists.

use super::reader::{backend, config};
use crate::haproxy::model::{Cookie, CookieMode, StickAction, TableType};

fn cookie(line: &str) -> Cookie {
    backend(line).settings.cookie.map(|cookie| cookie.value).unwrap_or_default()
}

#[test]
fn a_cookie_line_is_read_whole() {
    let read = cookie(
        "cookie SRV insert indirect nocache postonly httponly secure domain .a.b domain .c.d \
         maxidle 30m maxlife 8h dynamic attr SameSite=Lax preserve",
    );
    assert_eq!(
        read,
        Cookie {
            name: "SRV".into(),
            mode: Some(CookieMode::Insert),
            indirect: true,
            nocache: true,
            postonly: true,
            preserve: true,
            httponly: true,
            secure: true,
            dynamic: true,
            domains: vec![".a.b".into(), ".c.d".into()],
            attributes: vec!["SameSite=Lax".into()],
            maxidle_ms: Some(1_800_000),
            maxlife_ms: Some(28_800_000),
        }
    );
    assert_eq!(cookie("cookie JSESSIONID prefix").mode, Some(CookieMode::Prefix));
    assert_eq!(cookie("cookie A rewrite").mode, Some(CookieMode::Rewrite));
    assert_eq!(cookie("cookie A").mode, None);
    assert_eq!(cookie("cookie A insert maxidle 30").maxidle_ms, Some(30_000));
}

#[test]
fn a_stick_table_is_read_whole() {
    let proxy = backend(
        "stick-table type string len 32 size 1m expire 30m nopurge store gpc0,conn_rate(10s) \
         peers p srvkey addr",
    );
    let table = proxy.stick_table.map(|table| table.value);
    let table = table.map(|table| {
        let stored: Vec<String> = table.store.iter().map(|stored| stored.to_string()).collect();
        assert_eq!(stored, ["gpc0", "conn_rate(10s)"]);
        assert_eq!((table.peers.as_deref(), table.by_address), (Some("p"), true));
        (table.key, table.key_bytes, table.size, table.expire_ms, table.nopurge)
    });
    assert_eq!(table, Some((TableType::String, Some(32), 1 << 20, Some(1_800_000), true)));
}

#[test]
fn stick_rules_name_what_is_fetched_and_where() {
    let proxy = backend(
        "stick on src\nstick match hdr(x),lower table t if a b\nstick store-request src\n\
         stick store-response cookie(x) unless a",
    );
    let rules: Vec<_> = proxy
        .stick_rules
        .iter()
        .map(|rule| {
            let condition = rule.condition.as_ref().map(|when| (when.is_negated, when.words.len()));
            (rule.action, rule.expression.as_ref(), rule.table.as_deref(), condition)
        })
        .collect();
    assert_eq!(
        rules,
        [
            (StickAction::On, "src", None, None),
            (StickAction::Match, "hdr(x),lower", Some("t"), Some((false, 2))),
            (StickAction::StoreRequest, "src", None, None),
            (StickAction::StoreResponse, "cookie(x)", None, Some((true, 1))),
        ]
    );
}

#[test]
fn persisting_has_options_and_rules() {
    let proxy = backend(
        "persist rdp-cookie\noption persist\nno option redispatch\nforce-persist if a\n\
         ignore-persist unless b\ndynamic-cookie-key secret",
    );
    let name = proxy.settings.persist_rdp_cookie.clone().map(|name| name.value.to_string());
    assert_eq!(name.as_deref(), Some("msts"));
    assert!(proxy.settings.has_option("persist"));
    assert!(proxy.settings.option("redispatch").is_some_and(|said| !said.value.is_on));
    assert_eq!(proxy.settings.redispatch(), None);
    assert_eq!(backend("option redispatch").settings.redispatch(), Some(-1));
    assert_eq!(backend("option redispatch 2").settings.redispatch(), Some(2));
    assert_eq!(backend("option redispatch 0").settings.redispatch(), None);
    let forced: Vec<bool> = proxy.persist_rules.iter().map(|rule| rule.is_forced).collect();
    assert_eq!(forced, [true, false]);
    assert!(proxy.settings.dynamic_cookie_key.is_some());
}

#[test]
fn peers_have_tables_of_their_own() {
    let config = config(
        "peers p\n default-server weight 3\n bind :1024\n server a\n peer b 10.0.0.2:1024\n \
         table t type ip size 10k expire 1m\n",
    );
    let peers = &config.peers[0];
    assert_eq!((peers.name.as_ref(), peers.binds.len()), ("p", 1));
    let addresses: Vec<Option<String>> = peers
        .peers
        .iter()
        .map(|peer| peer.address.as_ref().map(|address| address.to_string()))
        .collect();
    assert_eq!(addresses, [None, Some("10.0.0.2:1024".to_owned())]);
    assert_eq!(peers.tables[0].0.as_ref(), "t");
    assert_eq!(peers.tables[0].1.value.size, 10_240);
}
