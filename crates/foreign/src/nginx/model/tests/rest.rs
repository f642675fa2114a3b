//! Servers, logs, real addresses, workers, and files that are only a part.

use super::show::{config, told};
use crate::nginx::model::Workers;

#[test]
fn servers_say_where_they_listen_and_whom_they_believe() {
    let (config, _) = config(
        "http { set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For; resolver 8.8.8.8;
         server { listen 443 ssl proxy_protocol; listen [::]:80 default_server reuseport;
         server_name a.org *.b.org; location / { set_real_ip_from 127.0.0.1; real_ip_recursive on;
         proxy_pass http://x; } } }",
    );
    let server = &config.servers[0];
    assert!(server.listens[0].ssl && server.listens[0].proxy_protocol);
    assert!(server.listens[1].default_server && server.listens[1].reuseport);
    assert_eq!(server.names[1].value, "*.b.org");
    assert_eq!(server.real_ip.from[0].value, "10.0.0.0/8");
    assert_eq!(server.resolver.as_ref().unwrap().value.addresses, ["8.8.8.8"]);
    let there = &config.passes[0].real_ip;
    assert_eq!(there.from.len(), 1);
    assert_eq!((&*there.from[0].value, &*there.header.value), ("127.0.0.1", "X-Forwarded-For"));
    assert!(there.recursive.value && !server.real_ip.recursive.value);
}

#[test]
fn logs_are_read() {
    let (config, _) = config(
        "http { log_format main escape=json '$a ' '\"$b\"'; access_log /l main buffer=1m if=$c;
         server { access_log off; location / { access_log syslog:server=x; } } }",
    );
    let format = &config.log_formats[0];
    assert_eq!((&*format.text.value, format.escape.as_deref()), ("$a \"$b\"", Some("json")));
    let logs: Vec<_> = config
        .access_logs
        .iter()
        .map(|log| {
            let format = log.format.as_ref().map_or("-", |format| &format.value);
            format!("{} {format} {:?} {}", log.path.value, log.condition, log.within.len())
        })
        .collect();
    assert_eq!(logs, ["/l main Some(\"$c\") 0", "off - None 0", "syslog:server=x - None 1"]);
}

#[test]
fn workers_are_counted() {
    let workers = |text: &str| config(text).0.worker_processes.value;
    assert_eq!(workers("events {} worker_processes auto;"), Workers::Auto);
    assert_eq!(workers("events { worker_connections 9; } worker_processes 4;"), Workers::Count(4));
    assert_eq!(workers("events {}"), Workers::Count(1));
}

#[test]
fn shares_of_clients_are_hundredths_of_a_per_cent() {
    let (config, sources) = config(
        "http { split_clients a $b { 0.05% x; 60% y; 45% z; * w; }
         split_clients a $c {\n1.234% x; } }",
    );
    let shares: Vec<_> = config.splits[0].parts.iter().map(|part| part.share).collect();
    assert_eq!(shares, [5, 6000, 4500, 0]);
    assert_eq!(
        told(&config, &sources),
        [
            "nginx.conf:1:45: the shares are more than 100 % together",
            "nginx.conf:3:1: `1.234%` is no share of clients: expected per cent with at most two \
             places, or `*`",
        ]
    );
}

#[test]
fn a_part_is_read_as_what_would_be_around_it() {
    let (part, _) =
        config("upstream a { server b; } server { location / { proxy_pass http://a; } }");
    assert!(part.is_part && part.upstreams.len() == 1 && part.passes[0].ends.len() == 1);
    let (part, _) = config("location / { proxy_pass http://a; odd_one b; }");
    assert!(part.is_part && part.servers.len() == 1 && part.passes.len() == 1);
    assert_eq!(part.unknown[0].value, "odd_one");
}

#[test]
fn unknown_directives_are_told_once_and_values_are_none() {
    let (config, _) = config(
        "odd1; events { odd2; } http { types { a/b c; } map $a $b { odd b; } odd3 { odd4 x; }
         server { odd5 a; } } mail { server { odd6; } }",
    );
    let unknown: Vec<_> = config.unknown.iter().map(|placed| &placed.value[..]).collect();
    assert_eq!(unknown, ["odd1", "odd3", "odd5"]);
}
