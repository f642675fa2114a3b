//! One Envoy for all cases of a test: a cluster each, and a header that names it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use foreign::pick::envoy::{Cluster, Host};
use foreign::pick::{Picker, Server};

use crate::case::{Case, Sent};
use crate::evidence::Method;
use crate::folder::Folder;
use crate::process::{Process, free_address};

const TYPES: &str = "type.googleapis.com/envoy.extensions.filters";
const MANAGER: &str = "http_connection_manager.v3.HttpConnectionManager";

pub(super) struct Envoy {
    pub(super) address: SocketAddr,
    _folder: Folder,
    _process: Process,
}

/// A cluster as Envoy reads it, beside its hosts.
pub(super) struct Site {
    pub(super) cluster: Cluster,
    /// Members of the cluster's object.
    pub(super) settings: String,
    /// The list `hash_policy`.
    pub(super) hash_policy: String,
    /// Whether a host's key is metadata rather than its address.
    pub(super) keyed: bool,
}

impl Envoy {
    pub(super) fn start(cases: &[Case]) -> Envoy {
        let (folder, address) = (Folder::new(), free_address());
        let file = folder.write("envoy.json", &configuration(cases, address));
        let mut command = Command::new(program());
        command.args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]);
        let process = Process::start(command.stderr(Stdio::inherit()).arg("-c").arg(file), address);
        Envoy { address, _folder: folder, _process: process }
    }

    pub(super) fn check(cases: Vec<Case>) {
        let envoy = Envoy::start(&cases);
        for case in cases {
            case.run(envoy.address, &|_, _, _| panic!("the file is not watched"));
        }
    }
}

/// Where Envoy is: `cargo xtask test` has installed it below the target directory, where it is
/// not on the search path.
fn program() -> PathBuf {
    let named = std::env::var_os("EVENKEEL_ENVOY").filter(|place| !place.is_empty());
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/envoy/bin/envoy");
    let installed = installed.is_file().then_some(installed);
    named.map(PathBuf::from).or(installed).unwrap_or_else(|| PathBuf::from("envoy"))
}

impl Site {
    /// A case of this site; its lines are the site's parts.
    pub(super) fn case(
        &self,
        name: String,
        method: Method,
        picker: Box<dyn Picker>,
        sent: Vec<Sent>,
    ) -> Case {
        let server = |(place, host): (usize, &Host)| Server {
            weight: host.weight,
            up: host.up,
            ..Server::new(place, format!("s{place}"), host.key.clone())
        };
        let servers = self.cluster.hosts.iter().enumerate().map(server).collect();
        let lines = vec![self.settings.clone(), self.hash_policy.clone(), self.endpoints()];
        Case { name, method, servers, lines, picker, sent, dead: Vec::new() }
    }

    /// Hosts of one priority and locality stand together.
    fn endpoints(&self) -> String {
        let group = |host: &Host| (host.priority, host.locality);
        let hosts: Vec<(usize, &Host)> = self.cluster.hosts.iter().enumerate().collect();
        let groups = hosts.chunk_by(|(_, one), (_, other)| group(one) == group(other));
        let groups: Vec<String> = groups
            .map(|hosts| {
                let (priority, locality) = hosts.first().map_or((0, 0), |(_, host)| group(host));
                let weight = self.cluster.locality_weights.get(locality);
                let weight = weight.map_or(String::new(), |weight| {
                    format!(r#""load_balancing_weight":{weight},"#)
                });
                let hosts: Vec<String> = hosts.iter().map(|it| self.endpoint(it)).collect();
                format!(
                    r#"{{"priority":{priority},"locality":{{"zone":"z{locality}"}},{weight}
                    "lb_endpoints":[{}]}}"#,
                    hosts.join(",")
                )
            })
            .collect();
        groups.join(",\n")
    }

    fn endpoint(&self, (place, host): &(usize, &Host)) -> String {
        let port = crate::origin::origins().addresses[*place].port();
        let health = if host.up { "HEALTHY" } else { "UNHEALTHY" };
        let Host { weight, key, .. } = host;
        let metadata = if self.keyed {
            format!(r#","metadata":{{"filter_metadata":{{"envoy.lb":{{"hash_key":"{key}"}}}}}}"#)
        } else {
            String::new()
        };
        format!(
            r#"{{"health_status":"{health}","load_balancing_weight":{weight},"endpoint":{{"address":
            {{"socket_address":{{"address":"127.0.0.1","port_value":{port}}}}}}}{metadata}}}"#
        )
    }
}

fn configuration(cases: &[Case], address: SocketAddr) -> String {
    let parts = |case: &Case, part: usize| case.lines.get(part).cloned().unwrap_or_default();
    let routes: Vec<String> = cases
        .iter()
        .map(|case| {
            let (name, policy) = (&case.name, parts(case, 1));
            format!(
                r#"{{"match":{{"prefix":"/","headers":[{{"name":"x-case","string_match":
                {{"exact":"{name}"}}}}]}},"route":{{"cluster":"{name}","timeout":"0s",
                "hash_policy":[{policy}]}}}}"#
            )
        })
        .collect();
    let clusters: Vec<String> = cases
        .iter()
        .map(|case| {
            let (name, settings, endpoints) = (&case.name, parts(case, 0), parts(case, 2));
            format!(
                r#"{{"name":"{name}","type":"STATIC",{settings},
                "load_assignment":{{"cluster_name":"{name}","endpoints":[{endpoints}]}}}}"#
            )
        })
        .collect();
    let (ip, port) = (address.ip(), address.port());
    let (routes, clusters) = (routes.join(",\n"), clusters.join(",\n"));
    format!(
        r#"{{"static_resources":{{"listeners":[{{"address":{{"socket_address":
        {{"address":"{ip}","port_value":{port}}}}},"filter_chains":[{{"filters":[{{
        "name":"http","typed_config":{{"@type":"{TYPES}.network.{MANAGER}",
        "stat_prefix":"s","route_config":{{"virtual_hosts":[{{"name":"v","domains":["*"],
        "routes":[{routes}]}}]}},"http_filters":[{{"name":"router","typed_config":
        {{"@type":"{TYPES}.http.router.v3.Router"}}}}]
        }}}}]}}]}}],"clusters":[{clusters}]}}}}"#
    )
}
