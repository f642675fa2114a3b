//! Servers, templates and what `default-server` adds.

use super::reader::{backend, config, line_of, told};
use crate::haproxy::model::{Port, Server};

fn server(line: &str) -> Server {
    backend(line).servers.remove(0)
}

#[test]
fn addresses_have_families_and_ports() {
    let check = |text: &str, expected: &str| {
        let address = server(&format!("server s {text}")).address;
        assert_eq!(address.to_string(), expected, "{text}");
    };
    check("10.0.0.1:80", "10.0.0.1:80");
    check("10.0.0.1", "10.0.0.1");
    check("10.0.0.1:", "10.0.0.1");
    check("10.0.0.1:+100", "10.0.0.1:+100");
    check("10.0.0.1:-1", "10.0.0.1:-1");
    check("[::1]:80", "[::1]:80");
    check("::1:80", "[::1]:80");
    check("ipv4@web:80", "ipv4@web:80");
    check("/run/a:b.sock", "/run/a:b.sock");
    check("unix@run/a.sock", "unix@run/a.sock");
    check("abns@x", "abns@x");
    check("web:${PORT}", "web:8080");
    check("web:$PORT", "web:8080");
    check("10.0.0.1:80x", "10.0.0.1:80");
    assert_eq!(server("server s 1.2.3.4:0").address.port, Port::Range(0, 0));
}

#[test]
fn all_that_matters_of_a_server_is_read() {
    let server = server(
        "server s1 10.0.0.1:80 weight 20 cookie c1 check inter 2s fastinter 500ms downinter 10s \
         rise 3 fall 5 port 81 addr 10.0.0.9 backup disabled maxconn 100 minconn 10 maxqueue 5 \
         slowstart 30s observe layer7 on-error mark-down error-limit 7 on-marked-down \
         shutdown-sessions on-marked-up shutdown-backup-sessions track o/s id 7 ssl verify none \
         send-proxy-v2 init-addr last,libc,none resolvers dns agent-check agent-port 8 crt x",
    );
    let set = &server.settings;
    let number = |value: &Option<crate::Placed<u64>>| value.map(|set| set.value);
    let text = |value: &Option<crate::Placed<std::sync::Arc<str>>>| {
        value.as_ref().map(|set| set.value.to_string()).unwrap_or_default()
    };
    assert_eq!((set.weight(), text(&set.cookie)), (20, "c1".to_owned()));
    assert!(set.is_checked() && set.is_backup() && set.is_disabled());
    assert_eq!(number(&set.inter_ms), Some(2_000));
    assert_eq!(number(&set.fastinter_ms), Some(500));
    assert_eq!(number(&set.downinter_ms), Some(10_000));
    assert_eq!((number(&set.rise), number(&set.fall)), (Some(3), Some(5)));
    assert_eq!(number(&set.check_port), Some(81));
    assert_eq!((number(&set.maxconn), number(&set.minconn)), (Some(100), Some(10)));
    assert_eq!((number(&set.maxqueue), number(&set.slowstart_ms)), (Some(5), Some(30_000)));
    assert_eq!((number(&set.error_limit), number(&set.id)), (Some(7), Some(7)));
    assert_eq!((text(&set.observe), text(&set.on_error)), ("layer7".into(), "mark-down".into()));
    assert_eq!(text(&set.on_marked_down), "shutdown-sessions");
    assert_eq!(text(&set.on_marked_up), "shutdown-backup-sessions");
    assert_eq!((text(&set.track), text(&set.verify)), ("o/s".into(), "none".into()));
    assert_eq!(
        (text(&set.init_addr), text(&set.resolvers)),
        ("last,libc,none".into(), "dns".into())
    );
    assert!(set.ssl.is_some_and(|ssl| ssl.value));
    let proxied = set.send_proxy.as_ref().and_then(|set| set.value.clone());
    assert_eq!(proxied.as_deref(), Some("send-proxy-v2"));
    let others: Vec<&str> = set.others.keys().copied().collect();
    assert_eq!(others, ["agent-port", "crt"]);
}

#[test]
fn default_server_adds_up_and_counts_from_its_line_on() {
    let text = "defaults\n default-server weight 10 check\nbackend b\n server s0 h:1\n \
                default-server weight 20 inter 3s\n server s1 h:1\n server s2 h:1 weight 30 \
                no-check\n default-server no-check fall 9 disabled\n server s3 h:1 enabled\n";
    let config = config(text);
    let seen: Vec<_> = config.proxies[1]
        .servers
        .iter()
        .map(|server| {
            let set = &server.settings;
            let weight = set.weight.map(|weight| line_of(&config, weight.span));
            (set.weight(), weight, set.is_checked(), set.inter_ms.map(|set| set.value))
        })
        .collect();
    assert_eq!(
        seen,
        [
            (10, Some(2), true, None),
            (20, Some(5), true, Some(3_000)),
            (30, Some(7), false, Some(3_000)),
            (20, Some(5), false, Some(3_000)),
        ]
    );
    let last = &config.proxies[1].servers[3].settings;
    assert!(!last.is_disabled() && last.fall.is_some_and(|fall| fall.value == 9));
}

#[test]
fn a_limit_is_no_less_than_its_minimum() {
    let limit = |line: &str| server(line).settings.connections_max();
    assert_eq!(limit("server s h:1"), None);
    assert_eq!(limit("server s h:1 maxconn 0"), None);
    assert_eq!(limit("server s h:1 maxconn 9 minconn 3"), Some(9));
    assert_eq!(limit("server s h:1 minconn 3"), Some(3));
}

#[test]
fn a_template_is_many_servers() {
    let proxy = backend("default-server weight 7\nserver-template web 2-4 app.local:80 check");
    let names: Vec<&str> = proxy.servers.iter().map(|server| server.name.as_ref()).collect();
    assert_eq!(names, ["web2", "web3", "web4"]);
    assert!(proxy.servers.iter().all(|server| server.settings.weight() == 7));
    assert_eq!(proxy.servers[0].number, Some(2));
    assert_eq!(backend("server-template a 3 h:1").servers.len(), 3);
    let proxy = backend("server-template a 1-99999999 h:1\nserver-template b 5 h:1");
    assert_eq!(proxy.servers.len(), 30_000);
}

#[test]
fn named_defaults_of_newer_versions_are_known() {
    let proxy = backend(
        "default-server weight 3\ndefault-server name big weight 90\nserver a h:1 from srv:big\n\
         server b h:1\nserver c h:1 from none\ndefault-server from none\nserver d h:1",
    );
    let weights: Vec<u16> = proxy.servers.iter().map(|server| server.settings.weight()).collect();
    assert_eq!(weights, [90, 3, 1, 1]);
}

#[test]
fn what_haproxy_reads_otherwise_is_told() {
    let check = |line: &str, expected: &str| assert_eq!(told(line), [expected], "{line}");
    check("server s h:1 weight 10x", "HAProxy reads `10x` as 10");
    check("server s h:1 maxconn many", "HAProxy reads `many` as 0");
    check("server s h:80x", "HAProxy reads the port `80x` as 80");
    check("server s h:1 weight", "`server` ends without a number from 0 to 256: it is 0");
    check("server s h:1 inter 5", "5 ms between two checks: perhaps seconds were meant");
    check("server s h:1 brand-new x check", "`brand-new` is not known here in `server`");
    check("server s h:1\nserver s h:2", "another server `s`, which newer versions refuse");
    check("timeout server 15min", "HAProxy ignores what stands behind the unit of `15min`");
    check("option brand-new", "option `brand-new` is not known here");
    check("brand-new x", "`brand-new` is not known here in a proxy");
    check("retries 3 4", "`4` is not known here in `retries`");
}
