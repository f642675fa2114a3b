//! Answers as balancers give them.

use crate::running::{Address, Pool, Server, envoy, haproxy, nginx};

/// From a HAProxy 2.6, after orders at its socket.
const STATE: &str = "\
1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight \
srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state \
srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl \
srv_check_port srv_check_addr srv_agent_addr srv_agent_port
3 app 1 w1 127.0.0.1 2 0 99 10 1 1 0 2 0 0 0 0 - 18001 - 0 0 - - 0
3 app 2 w2 127.0.0.1 0 0 5 10 1 8 2 0 6 0 0 0 - 18002 - 0 0 - - 0
3 app 3 w3 127.0.0.1 0 5 10 10 1 1 0 0 8 0 0 0 - 18003 - 0 0 - - 0
3 app 4 w4 127.0.0.1 2 8 10 10 0 1 0 2 0 0 0 0 - 18004 - 0 0 - - 0
3 app 6 u1 - 2 0 1 1 1 1 0 2 0 0 0 0 - 0 - 0 0 - - 0
4 dns 1 s1 - 0 32 1 1 1 1 0 0 14 0 0 0 foo.example 80 - 0 0 - - 0
5 s 1 six ::1 2 0 1 1 1 1 0 2 0 0 0 0 - 80 - 0 0 - - 0

";

const STAT: &str = "\
# pxname,svname,status,weight,throttle,type,last_chk,addr,uweight,
f,FRONTEND,OPEN,,,0,,,,
app,w1,no check,99,,2,,127.0.0.1:18001,99,
app,w2,DOWN 1/2,5,,2,\"one, \"\"two\"\"
three\",127.0.0.1:18002,5,
app,w3,MAINT,10,,2,,127.0.0.1:18003,10,
app,w6,UP,2,10,2,,[::1]:18005,30,
app,BACKEND,UP,104,,1,,,132,
dns,s1,MAINT (resolution),1,,2,,,1,
";

const CLUSTERS: &str = r#"{"cluster_statuses": [
 {"name": "app", "added_via_api": true, "host_statuses": [
  {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 80}}, "weight": 10,
   "health_status": {"eds_health_status": "HEALTHY"}},
  {"address": {"socket_address": {"address": "::1", "port_value": 81}}, "weight": 7,
   "health_status": {"eds_health_status": "DRAINING"}, "hostname": "web2.example"},
  {"address": {"pipe": {"path": "/run/a.sock"}}, "weight": 1,
   "health_status": {"eds_health_status": "HEALTHY", "failed_outlier_check": true}}]},
 {"name": "none"}]}"#;

const UPSTREAMS: &str = r#"{"app": {"peers": [
  {"id": 0, "server": "10.0.0.1:80", "name": "10.0.0.1:80", "weight": 1, "state": "up"},
  {"id": 1, "server": "10.0.0.2:80", "name": "web2.example:80", "weight": 5, "state": "draining"},
  {"id": 2, "server": "unix:/run/a", "name": "unix:/run/a", "weight": 1, "state": "down"},
  {"id": 3, "server": "10.0.0.4:80", "name": "10.0.0.4:80", "weight": 1, "state": "unhealthy"}],
  "keepalive": 0, "zombies": 0, "zone": "app"}}"#;

/// A line for each server.
fn told(pools: &[Pool]) -> Vec<String> {
    let line = |pool: &Pool, server: &Server| {
        let Server { name, host, address, weight, loaded, state, .. } = server;
        let number = |weight: &Option<f64>| weight.map_or("-".to_owned(), |it| it.to_string());
        let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let address = text(address.as_ref().map(Address::to_string));
        let (weight, loaded, host) = (number(weight), number(loaded), text(host.clone()));
        format!("{}/{name} {address} {host} {weight} {loaded} {state:?}", pool.name)
    };
    let lines = |pool: &Pool| -> Vec<String> {
        pool.servers.iter().map(|server| line(pool, server)).collect()
    };
    pools.iter().flat_map(lines).collect()
}

#[test]
fn states_of_servers_are_read() {
    let pools = haproxy::servers_state(STATE).unwrap();
    assert_eq!(
        told(&pools),
        [
            "app/w1 127.0.0.1:18001 - 99 10 Up",
            "app/w2 127.0.0.1:18002 - 5 10 Down",
            "app/w3 127.0.0.1:18003 - 10 10 Maintenance",
            "app/w4 127.0.0.1:18004 - 10 10 Drain",
            "app/u1 - - 1 1 Up",
            "dns/s1 - foo.example 1 1 Empty",
            "s/six [::1]:80 - 1 1 Up",
        ]
    );
}

/// Goal: a reason between quotes shifts no field and no line. Method: commas, quotes and an end of
/// line in one.
#[test]
fn statistics_are_read() {
    let pools = haproxy::stat(STAT).unwrap();
    assert_eq!(
        told(&pools),
        [
            "app/w1 127.0.0.1:18001 - 99 - Up",
            "app/w2 127.0.0.1:18002 - 5 - Down",
            "app/w3 127.0.0.1:18003 - 10 - Maintenance",
            "app/w6 [::1]:18005 - 30 - Up",
            "dns/s1 - - 1 - Empty",
        ]
    );
    let old = "# pxname,svname,status,weight,throttle,type\na,x,UP,2,10,2\na,y,UP,3,,2\n";
    assert_eq!(told(&haproxy::stat(old).unwrap()), ["a/x - - - - Up", "a/y - - 3 - Up"]);
    let info = haproxy::info("Name: HAProxy\nVersion: 2.6.12-1\nUptime_sec: 61\n");
    assert_eq!(info, (Some("2.6.12-1".to_owned()), Some(61.0)));
}

#[test]
fn clusters_are_read() {
    let pools = envoy::clusters(CLUSTERS).unwrap();
    assert_eq!(
        told(&pools),
        [
            "app/10.0.0.1:80 10.0.0.1:80 - 10 - Up",
            "app/[::1]:81 [::1]:81 web2.example 7 - Drain",
            "app/unix:/run/a.sock unix:/run/a.sock - 1 - Down",
        ]
    );
    assert!(pools[0].is_discovered && !pools[1].is_discovered);
    assert_eq!(envoy::clusters("{}").unwrap(), []);
    let info = r#"{"version": "abc/1.31.0/Clean/RELEASE/X", "uptime_current_epoch": "7s"}"#;
    assert_eq!(envoy::info(info).unwrap(), (Some("1.31.0".to_owned()), Some(7.0)));
}

#[test]
fn upstreams_are_read() {
    let pools = nginx::upstreams(UPSTREAMS).unwrap();
    assert_eq!(
        told(&pools),
        [
            "app/10.0.0.1:80 10.0.0.1:80 - 1 - Up",
            "app/web2.example:80 10.0.0.2:80 web2.example:80 5 - Drain",
            "app/unix:/run/a unix:/run/a - 1 - Maintenance",
            "app/10.0.0.4:80 10.0.0.4:80 - 1 - Down",
        ]
    );
    assert_eq!(nginx::newest("[1,2,9,8]").unwrap(), 9);
    let info = nginx::info(r#"{"version": "1.25.5", "build": "nginx-plus-r32"}"#).unwrap();
    assert_eq!(info.as_deref(), Some("1.25.5 (nginx-plus-r32)"));
}

#[test]
fn addresses_are_read_and_written() {
    for text in ["10.0.0.1:80", "web1", "[::1]:8080", "unix:/run/a.sock", "a.b:1"] {
        assert_eq!(Address::read(text).map(|it| it.to_string()).as_deref(), Some(text));
    }
    let v6 = |port| Some(Address::Host("::1".to_owned(), port));
    assert_eq!((Address::read("[::1]"), Address::read("::1")), (v6(None), v6(None)));
    for text in ["", "a:", "a:x", "a:70000", ":80", "[::1]x", "unix:"] {
        assert_eq!(Address::read(text), None, "{text}");
    }
}
