//! Files that leave it to the program how long a server may take.

use foreign::haproxy::model::{Config, Proxy};
use foreign::nginx::model::Kind;
use foreign::{envoy, nginx};

use super::kind::Required;
use crate::finding::Finding;
use crate::policy::Require;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs};
use crate::rules::pools::named;
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

static DOC: Doc = Doc {
    id: "EKL803",
    name: "timeouts-required",
    severity: Severity::Error,
    needs: Needs::Policy,
    what: "The file does not say how long a connection and an answer may take, and the policy asks \
           for it (`timeouts`).",
    why: "What a program takes where nothing is written is nobody's decision: HAProxy waits for \
          ever, nginx a minute, Envoy fifteen seconds. HAProxy needs `timeout client`, `connect` \
          and `server`, nginx `proxy_connect_timeout` and `proxy_read_timeout` (in `stream` \
          `proxy_timeout`) or those of the other protocol, Envoy `connect_timeout` of a cluster \
          and `timeout` of a route, Evenkeel `connect` and `response_head` of `timeouts`. 0, which \
          is no limit, is found too.",
    source: "The policy.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  timeout connect 5s
  server web1 10.0.0.1:80
",
            good: "\
defaults
  mode http
  timeout connect 5s
  timeout server 30s
backend portal
  server web1 10.0.0.1:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
  }
  server {
    location / {
      proxy_pass http://portal;
    }
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
  }
  proxy_connect_timeout 2s;
  proxy_read_timeout 30s;
  server {
    location / {
      proxy_pass http://portal;
    }
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
",
            good: "\
static_resources:
  clusters:
  - name: portal
    connect_timeout: 2s
",
        },
        Example {
            product: Product::Evenkeel,
            bad: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
endpoints = [{ name = \"web1\", address = \"10.0.0.1:80\" }]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
timeouts = { connect = \"1s\", response_head = \"20s\" }
endpoints = [{ name = \"web1\", address = \"10.0.0.1:80\" }]
",
        },
    ],
    fix: "Write them: a little more than a slow but healthy server takes.",
};

/// EKL803
#[derive(Debug)]
pub(super) struct Timeouts;

impl Required for Timeouts {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>) {
        if !require.timeouts {
            return;
        }
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Evenkeel(own) => evenkeel(own, found),
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for proxy in &config.proxies {
        let is_missing =
            |name: &&str| proxy.settings.timeout_ms(name).is_none_or(|timeout| timeout.value == 0);
        let names: Vec<&str> = names_of(config, proxy).into_iter().filter(is_missing).collect();
        if !names.is_empty() {
            let names = named(names.iter().map(|name| format!("timeout {name}")));
            let what = format!("`{}` has no {names}: it waits for ever", proxy.name);
            found.push(Finding::new(&DOC, what).at(proxy.span).of(proxy.name.as_ref()));
        }
    }
}

/// What a proxy has to wait for.
fn names_of(config: &Config, proxy: &Proxy) -> Vec<&'static str> {
    let is_among = |mut proxies: Box<dyn Iterator<Item = &Proxy> + '_>| {
        proxies.any(|other| std::ptr::eq(other, proxy))
    };
    let mut names = Vec::new();
    if is_among(Box::new(config.frontends())) {
        names.push("client");
    }
    if is_among(Box::new(config.backends())) && !proxy.servers.is_empty() {
        names.extend(["connect", "server"]);
    }
    names
}

fn nginx(config: &nginx::model::Config, found: &mut Vec<Finding>) {
    for pass in &config.passes {
        let prefix = pass.family.prefix();
        let read = match pass.kind {
            Kind::Http => "read_timeout",
            Kind::Stream => "timeout",
        };
        let both = [
            (&pass.trying.connect_timeout_ms, "connect_timeout"),
            (&pass.trying.read_timeout_ms, read),
        ];
        let missing = both.iter().filter(|(timeout, _)| timeout.is_default());
        let names: Vec<String> = missing.map(|(_, name)| format!("{prefix}_{name}")).collect();
        if !names.is_empty() {
            let what = format!("`{}` is passed to without {}", pass.written.value, named(&names));
            found.push(Finding::new(&DOC, what).at(pass.written.span));
        }
    }
}

fn envoy(configs: &[envoy::model::Config], found: &mut Vec<Finding>) {
    for cluster in configs.iter().flat_map(|config| &config.clusters) {
        let name = &cluster.name.value;
        if cluster.connect_timeout_ms.is_default() {
            let what = format!("`{name}` has no `connect_timeout`");
            found.push(Finding::new(&DOC, what).at(cluster.name.span).of(name.as_str()));
        }
    }
    let tables = configs.iter().flat_map(|config| &config.tables);
    for (_, route) in tables.flat_map(|table| table.routes()) {
        let leads = !matches!(route.target, envoy::model::Target::Nowhere);
        let timeout = &route.timeout_ms;
        if leads && (timeout.is_default() || timeout.value == 0) {
            let to = route.matches.as_ref().map_or("?", |(_, value)| &value.value);
            let what = match timeout.is_default() {
                true => format!("the route of `{to}` has no `timeout`"),
                false => format!("the route of `{to}` waits for ever: its `timeout` is 0"),
            };
            found.push(Finding::new(&DOC, what).at(timeout.span.unwrap_or(route.span)));
        }
    }
}

fn evenkeel(own: &Own, found: &mut Vec<Finding>) {
    for name in own.settings.pools.keys() {
        let is_missing = |key: &&str| own.key(&["pools", name, "timeouts", key]).is_none();
        let missing: Vec<&str> =
            ["connect", "response_head"].into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            let what = format!("`timeouts` of `{name}` does not say {}", named(&missing));
            found.push(Finding::new(&DOC, what).at(own.key(&["pools", name])).of(name.as_str()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::read_text;

    fn check(product: Product, text: &str, parts: &[&str]) {
        let subject = read_text("x", text, Some(product)).unwrap();
        let require = Require { timeouts: true, ..Require::default() };
        let mut found = Vec::new();
        Timeouts.judge(&Case::of(&subject), &require, &mut found);
        assert_eq!(found.len(), parts.len(), "{text}\n{found:?}");
        for (finding, part) in found.iter().zip(parts) {
            assert!(finding.what.contains(part), "{part}: {}", finding.what);
        }
    }

    #[test]
    fn every_side_has_its_own() {
        let both = "listen p\n mode http\n bind :80\n server a 10.0.0.1:80\n";
        check(
            Product::Haproxy,
            both,
            &["`timeout client`, `timeout connect` and `timeout server`"],
        );
        let front = "frontend f\n mode http\n bind :80\n timeout client 0\n";
        check(Product::Haproxy, front, &["`timeout client`"]);
        check(Product::Haproxy, "backend b\n mode http\n redirect location /\n", &[]);
        let stream = "events {}\nstream { server { listen 1; proxy_pass 10.0.0.1:80; } }\n";
        check(Product::Nginx, stream, &["`proxy_connect_timeout` and `proxy_timeout`"]);
        let route = |timeout: &str| {
            format!(
                "virtual_hosts:\n- name: h\n  domains: [\"*\"]\n  routes:\n  - match: {{ prefix: \
                 / }}\n    route: {{ cluster: p{timeout} }}\n"
            )
        };
        check(Product::Envoy, &route(""), &["has no `timeout`"]);
        check(Product::Envoy, &route(", timeout: 0s"), &["waits for ever"]);
        check(Product::Envoy, &route(", timeout: 5s"), &[]);
    }
}
