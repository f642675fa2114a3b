//! Upstreams: methods, servers, and what one directive takes away from another.

use super::show::{config, told};
use crate::nginx::model::{Config, Kind, Method, Redefined, Upstream};

fn upstream(inner: &str) -> (Upstream, Config, Vec<String>) {
    let (config, sources) = config(&format!("http {{ upstream u {{\n{inner}\n}} }}"));
    let told = told(&config, &sources);
    (config.upstreams[0].clone(), config, told)
}

#[test]
fn methods_are_read() {
    let check =
        |inner: &str, expected: Method| assert_eq!(upstream(inner).0.method.value, expected);
    check("server a;", Method::RoundRobin);
    check("ip_hash; server a;", Method::IpHash);
    check("least_conn;", Method::LeastConn);
    let key = "$remote_addr$uri".to_owned();
    check("hash $remote_addr$uri;", Method::Hash { key: key.clone(), consistent: false });
    check("hash $remote_addr$uri consistent;", Method::Hash { key, consistent: true });
    check("random;", Method::Random { two: None });
    check("random two;", Method::Random { two: Some("least_conn".into()) });
    let two = Some("least_time=last_byte".into());
    check("random two least_time=last_byte;", Method::Random { two });
    let args = vec!["header".to_owned(), "inflight".to_owned()];
    check("least_time header inflight;", Method::LeastTime { args });
    check("fair;", Method::Other { name: "fair".into(), args: vec![] });
    let name = "balancer_by_lua_block".to_owned();
    check("server 0.0.0.1; balancer_by_lua_block { a() }", Method::Other { name, args: vec![] });
}

#[test]
fn the_last_method_wins_and_takes_keepalive_away() {
    let (upstream, ..) = upstream("ip_hash; least_conn; keepalive 8; hash $a; keepalive 4;");
    assert_eq!(upstream.method.value.name(), "hash");
    let redefined: Vec<_> = upstream.redefined.iter().map(|placed| placed.value).collect();
    assert_eq!(redefined, [Redefined::Method, Redefined::Keepalive]);
    assert_eq!(upstream.keepalive.map(|placed| placed.value), Some(4));
}

#[test]
fn servers_have_nginx_defaults() {
    let (upstream, _, problems) = upstream(
        "server 10.0.0.1; \
         server web:81 weight=3 max_fails=0 fail_timeout=1m max_conns=9 backup; \
         server unix:/run/a down resolve service=http route=r slow_start=30s drain id=7 odd=1;",
    );
    assert_eq!(problems, Vec::<String>::new());
    let told: Vec<_> = upstream
        .peers
        .iter()
        .map(|peer| {
            format!(
                "{} w{} f{} t{} c{} {}{}{}{} s{} {:?}",
                peer.address.as_ref().unwrap(),
                peer.weight.value,
                peer.max_fails.value,
                peer.fail_timeout_s.value,
                peer.max_conns.value,
                u8::from(peer.backup.value),
                u8::from(peer.down.value),
                u8::from(peer.drain.value),
                u8::from(peer.resolve.value),
                peer.slow_start_s.value,
                peer.unknown.iter().map(|word| &word.value[..]).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "10.0.0.1:80 w1 f1 t10 c0 0000 s0 []",
            "web:81 w3 f0 t60 c9 1000 s0 []",
            "unix:/run/a w1 f1 t10 c0 0111 s30 [\"odd=1\"]"
        ]
    );
    assert!(upstream.peers[0].weight.is_default() && !upstream.peers[1].weight.is_default());
    assert_eq!(upstream.peers[2].route.as_ref().unwrap().value, "r");
    assert_eq!(upstream.peers[2].service.as_ref().unwrap().value, "http");
}

#[test]
fn what_nginx_refuses_is_told_with_its_place() {
    let (upstream, _, problems) =
        upstream("server a weight=0 fail_timeout=5ms max_fails=x;\nserver a:b;\nkeepalive many;");
    assert_eq!(upstream.peers[0].weight.value, 1);
    assert_eq!(
        problems,
        [
            "nginx.conf:2:10: nginx cannot read `weight=0`: expected a number from 1",
            "nginx.conf:2:19: nginx cannot read `fail_timeout=5ms`: expected a time of whole \
             seconds, as `30s` or `1m`",
            "nginx.conf:2:36: nginx cannot read `max_fails=x`: expected a number from 0",
            "nginx.conf:3:8: `a:b` is no address of a server: expected a host or `host:port`, \
             `[IPv6]:port` or `unix:/path`",
            "nginx.conf:4:11: nginx cannot read `many`: expected a number of connections",
        ]
    );
}

#[test]
fn what_workers_share_and_what_is_not_known_is_kept() {
    let (upstream, config, _) = upstream(
        "zone z 64k; sticky cookie srv expires=1h; keepalive 16; keepalive_timeout 5s; \
         keepalive_requests 9; state /a; whatever b c; resolver 1.1.1.1 valid=30s;",
    );
    let zone = upstream.zone.unwrap().value;
    assert_eq!((zone.name.as_str(), zone.bytes), ("z", Some(65_536)));
    let sticky = upstream.sticky.unwrap().value;
    assert_eq!((sticky.kind.as_str(), sticky.args.len()), ("cookie", 2));
    assert_eq!(upstream.keepalive_timeout_ms.value, 5000);
    assert_eq!(upstream.keepalive_requests.value, 9);
    assert_eq!(upstream.resolver.unwrap().value.valid_s, Some(30));
    assert_eq!(upstream.other.iter().map(|word| &word.value[..]).collect::<Vec<_>>(), ["state"]);
    assert_eq!(config.unknown[0].value, "whatever");
}

#[test]
fn streams_ask_for_ports_and_have_names_of_their_own() {
    let (config, sources) = config(
        "http { upstream a { server b; } upstream A { server b; } }\n\
         stream { upstream a { server b; server c:1; } }",
    );
    assert!(config.upstream(Kind::Stream, "a").is_some());
    assert_eq!(
        told(&config, &sources),
        [
            "nginx.conf:1:42: there is an upstream `A` already: expected another name",
            "nginx.conf:2:30: `b` has no port, which nginx asks for in `stream`: expected \
             `host:port`",
        ]
    );
}
