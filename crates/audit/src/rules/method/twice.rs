//! One server that is in a pool twice.

use std::collections::HashMap;
use std::hash::Hash;

use foreign::Span;
use foreign::envoy::model::{Address, Config as Envoy};
use foreign::haproxy::model::{Config, Port, Proxy, Server};
use foreign::nginx::model::Config as Nginx;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{assignment, backends, clusters, endpoint_name, upstreams};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA306",
    name: "endpoint-twice",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Two servers of a pool have one address.",
    why: "One machine silently carries the share of two, and when it fails, two are gone. Mostly a \
          line was copied and its address left as it was: then the machine that is meant gets \
          nothing at all. Evenkeel refuses such a file.",
    source: "`haproxy -c` 2.6 and `nginx -t` 1.22 take it without a word [ran].",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
  server web3 10.0.0.2:80
",
            good: "\
backend portal
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
  server web3 10.0.0.3:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1:80;
    server 10.0.0.1;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1:80;
    server 10.0.0.1:81;
  }
}
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: portal
    type: STATIC
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
",
            good: "\
static_resources:
  clusters:
  - name: portal
    type: STATIC
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
",
        },
    ],
    fix: "Correct the address, or take one out and give the other the weight of both.",
};

/// EKA306
#[derive(Debug)]
pub(in crate::rules) struct Twice;

impl Rule for Twice {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Evenkeel(_) => {}
        }
    }
}

/// A server as it is told.
struct Told {
    name: String,
    address: String,
    span: Span,
}

/// Tells the servers whose key another one had before them.
fn judge<K: Eq + Hash>(pool: &str, servers: Vec<(K, Told)>, found: &mut Vec<Finding>) {
    let mut seen: HashMap<K, Told> = HashMap::new();
    for (key, told) in servers {
        let Some(first) = seen.get(&key) else {
            seen.insert(key, told);
            continue;
        };
        let who = match first.name == told.name {
            true => format!("`{}` is in `{pool}` twice", told.name),
            false => {
                format!(
                    "`{}` and `{}` of `{pool}` are both {}",
                    first.name, told.name, told.address
                )
            }
        };
        let what = format!("{who}: it carries the shares of both, and takes both along");
        let finding = Finding::new(&DOC, what).at(told.span).of(pool);
        found.push(finding.related(first.span, "the first one"));
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config) {
        let proxy = pool.of;
        let servers = pool.servers.iter().copied().filter(|server| is_place(server));
        let keyed = servers.map(|server| {
            let address = server.address.to_string();
            let told =
                Told { name: server.name.to_string(), address: address.clone(), span: server.span };
            ((address, apart(proxy, server)), told)
        });
        judge(pool.name, keyed.collect(), found);
    }
}

/// Whether an address stands for one machine. A name that is looked up while HAProxy runs gives
/// each server another of its addresses.
fn is_place(server: &Server) -> bool {
    let host = server.address.host.as_ref();
    let is_any = host.is_empty() || matches!(host, "*" | "0.0.0.0" | "::");
    let has_port = server.address.is_unix() || matches!(server.address.port, Port::Range(1.., _));
    let is_looked_up = server.number.is_some() || server.settings.resolvers.is_some();
    !is_any && is_filled_in(host) && has_port && !is_looked_up
}

/// Whether an address is one: templates leave marks behind, and samples an `x` for digits.
fn is_filled_in(host: &str) -> bool {
    let parts: Vec<&str> = host.split(':').next().unwrap_or_default().split('.').collect();
    let is_mask = |part: &str| !part.is_empty() && part.chars().all(|it| matches!(it, 'x' | 'X'));
    let is_number = |part: &str| part.parse::<u8>().is_ok();
    let is_masked = parts.len() == 4
        && parts.iter().any(|part| is_mask(part))
        && parts.iter().all(|part| is_mask(part) || is_number(part));
    !is_masked && !host.contains(['$', '<', '{', '%'])
}

/// What may make two ways to one address, or two uses of it.
fn apart(proxy: &Proxy, server: &Server) -> Vec<String> {
    let mut apart: Vec<String> = Vec::new();
    for name in ["source", "sni", "socks4", "namespace", "usesrc", "interface", "proto", "alpn"] {
        if let Some(said) = server.settings.others.get(name) {
            apart.push(said.value.join(" "));
        }
    }
    // Rules that name a server are what it is there for.
    if proxy.use_servers.iter().any(|rule| rule.server == server.name) {
        apart.push(server.name.to_string());
    }
    apart
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    for pool in upstreams(config) {
        let servers = pool.servers.iter().copied().filter_map(|peer| {
            let address = peer.address.clone().filter(|_| peer.service.is_none())?;
            if !is_filled_in(&peer.written.value) {
                return None;
            }
            let written = address.to_string();
            let told = Told { name: written.clone(), address: written, span: peer.written.span };
            Some((address, told))
        });
        judge(pool.name, servers.collect(), found);
    }
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        // Of what discovery brings, Envoy keeps each address once.
        if cluster.discovery.value != "STATIC" {
            continue;
        }
        let Some(assignment) = assignment(configs, cluster) else { continue };
        let groups = assignment.groups.iter();
        let endpoints =
            groups.flat_map(|group| group.endpoints.iter().map(|it| (group.priority.value, it)));
        let keyed = endpoints.filter_map(|(priority, endpoint)| {
            let address = endpoint.address.as_ref()?;
            // Port 0 is what a template has not filled in.
            let is_place = !matches!(address.value, Address::Other | Address::Socket(_, 0));
            let known = is_place && endpoint.labels.is_empty();
            let name = endpoint_name(endpoint);
            let told = Told { name: name.clone(), address: name, span: address.span };
            known.then(|| ((priority, address.value.clone()), told))
        });
        judge(pool.name, keyed.collect(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn two_ways_to_one_machine_are_no_mistake() {
        let check = |first: &str, second: &str, count: usize| {
            let text = format!("backend p\n server a {first}\n server b {second}\n");
            let found = testing::found(&Twice, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("10.0.0.1:80", "10.0.0.1:80", 1);
        check("10.0.0.1:80 check weight 5", "10.0.0.1:80", 1);
        check("10.0.0.1:80", "10.0.0.1:81", 0);
        check("10.0.0.1:80", "10.0.0.1:80 backup", 0);
        check("10.0.0.1:80", "10.0.0.1:80 disabled", 0);
        check("10.0.0.1:80", "10.0.0.1:80 source 10.0.0.9", 0);
        check("web:80 resolvers dns", "web:80 resolvers dns", 0);
        check("0.0.0.0:80", "0.0.0.0:80", 0);
        check("10.0.0.1", "10.0.0.1", 0);
    }

    /// Goal: what a sample leaves to be filled in is no machine.
    #[test]
    fn an_address_that_is_not_filled_in_is_no_place() {
        let check = |host: &str, count: usize| {
            let servers = format!(" server a {host}:80\n server b {host}:80\n");
            let found = testing::found(&Twice, Product::Haproxy, &format!("backend p\n{servers}"));
            assert_eq!(found.len(), count, "{host}");
            let servers = format!("server {host}:80; server {host}:80;");
            let text = format!("events {{}}\nhttp {{ upstream p {{ {servers} }} }}\n");
            let found = testing::found(&Twice, Product::Nginx, &text);
            assert_eq!(found.len(), count, "{host}");
        };
        check("10.0.0.1", 1);
        check("x.x.x.x", 0);
        check("10.0.XX.1", 0);
        check("x.y.example.com", 1);
    }

    /// Goal: weights decide what two servers carry, so that no number of shares is told.
    #[test]
    fn shares_are_not_counted_where_weights_differ() {
        let text = "backend p\n server a 10.0.0.1:80 weight 80\n server b 10.0.0.1:80 weight 80\n \
                    server c 10.0.0.2:80\n";
        let found = testing::found(&Twice, Product::Haproxy, text);
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        let told = "`a` and `b` of `p` are both 10.0.0.1:80: it carries the shares of both, and \
                    takes both along";
        assert_eq!(finding.what, told);
    }

    #[test]
    fn a_port_that_is_not_filled_in_is_no_place() {
        let [_, _, example] = DOC.examples else { panic!("three examples") };
        let text = example.bad.replace("port_value: 80", "port_value: 0");
        assert!(testing::found(&Twice, Product::Envoy, &text).is_empty());
    }

    #[test]
    fn a_template_is_no_copy() {
        let text = "backend p\n server-template web 5 web:80 check\n";
        assert!(testing::found(&Twice, Product::Haproxy, text).is_empty());
    }

    #[test]
    fn a_server_that_rules_name_has_a_use() {
        let servers = "server a 10.0.0.1:80\n server b 10.0.0.1:80";
        let text = format!("backend p\n {servers}\n use-server b if {{ src 10.0.0.0/8 }}\n");
        assert!(testing::found(&Twice, Product::Haproxy, &text).is_empty());
    }
}
