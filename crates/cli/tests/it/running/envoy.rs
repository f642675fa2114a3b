//! A real Envoy whose file of servers was changed, and which has not noticed.

use std::net::SocketAddr;

use super::process::{Process, found};
use crate::support::{Client, Folder, envoy, free_address, until};

/// Weights on lines 7 and 9, or states behind them.
fn eds(servers: [SocketAddr; 2], words: [&str; 2]) -> String {
    let mut text = "resources:\n- \"@type\": type.googleapis.com/envoy.config.endpoint.v3.\
                    ClusterLoadAssignment\n  cluster_name: app\n  endpoints:\n  - lb_endpoints:\n"
        .to_owned();
    for (server, words) in servers.iter().zip(words) {
        let (host, port) = (server.ip(), server.port());
        text += &format!(
            "    - endpoint: {{ address: {{ socket_address: {{ address: {host}, port_value: \
             {port} }} }} }}\n      {words}\n"
        );
    }
    text
}

fn bootstrap(admin: SocketAddr) -> String {
    format!(
        "node: {{ id: a, cluster: a }}\n\
         admin: {{ address: {{ socket_address: {{ address: {}, port_value: {} }} }} }}\n\
         static_resources:\n  clusters:\n  # evenkeel: allow EKH401 -- its servers are no more \
         than names\n  \
         - name: app\n    type: EDS\n    eds_cluster_config:\n      eds_config: {{ \
         path_config_source: {{ path: ./eds.yaml }} }}\n",
        admin.ip(),
        admin.port()
    )
}

fn answers(admin: SocketAddr, path: &str) -> Option<String> {
    std::net::TcpStream::connect(admin).ok()?;
    let mut client = Client::connect(admin);
    client.send(&format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
    Some(client.response().text())
}

/// Goal: Envoy takes a file of EDS anew only when it is moved into place: who writes into it sees
/// new weights that nobody gets. Method: a real Envoy, and its file written anew in place, with
/// another weight, a server that is drained, and another address.
#[test]
fn a_file_that_envoy_has_not_read_is_found() {
    let folder = Folder::new();
    let admin = free_address();
    let servers = [free_address(), free_address()];
    let write = |servers: [SocketAddr; 2], words: [&str; 2]| {
        std::fs::write(folder.path().join("eds.yaml"), eds(servers, words)).expect("a file");
    };
    const TEN: &str = "load_balancing_weight: 10";
    write(servers, [TEN; 2]);
    std::fs::write(folder.path().join("envoy.yaml"), bootstrap(admin)).expect("a file");
    let args = ["-c", "envoy.yaml", "--use-dynamic-base-id", "-l", "off"];
    let _envoy = Process::start(envoy(), &args, folder.path());
    until("Envoy has its servers", || {
        answers(admin, "/clusters").is_some_and(|text| text.contains(&servers[1].to_string()))
    });
    let source = format!("http://{admin}");
    let check = || found(folder.path(), &["envoy.yaml", "eds.yaml", "--running", &source]);
    let (code, told) = check();
    assert_eq!((code, told.len()), (Some(0), 0), "{told:#?}");

    write(servers, ["load_balancing_weight: 90", TEN]);
    let (code, told) = check();
    assert_eq!((code, told.len()), (Some(1), 1), "{told:#?}");
    assert_eq!(
        (&told[0]["rule"], &told[0]["place"]["file"]),
        (&"EKW203".into(), &"eds.yaml".into())
    );
    assert_eq!(told[0]["place"]["line"], 7, "{told:#?}");
    let what = told[0]["what"].as_str().expect("words");
    assert!(what.contains("runs with weight 10, and the file says 90"), "{what}");
    assert!(what.ends_with("50.0 % of new sessions, not 90.0 %"), "{what}");

    write(servers, [TEN, "health_status: DRAINING"]);
    let (code, told) = check();
    assert_eq!((code, told.len()), (Some(1), 1), "{told:#?}");
    let what = told[0]["what"].as_str().expect("words");
    assert!(what.contains("takes requests, and the file has it drained"), "{what}");

    write([servers[0], free_address()], [TEN; 2]);
    let (code, told) = check();
    assert_eq!((code, &told[0]["rule"]), (Some(1), &"EKC602".into()), "{told:#?}");
    let what = told[0]["what"].as_str().expect("words");
    let gone = format!("`{}` of `app` is not in the file and takes requests", servers[1]);
    assert!(what.contains("does not run") && what.ends_with(&gone), "{what}");
}
