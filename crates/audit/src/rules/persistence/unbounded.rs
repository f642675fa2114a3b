//! Sessions that stay at their server for as long as they like.

use std::collections::BTreeSet;

use foreign::Placed;
use foreign::envoy;
use foreign::haproxy::model::{Config, CookieMode, Proxy, StickTable};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, clusters};
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

static DOC: Doc = Doc {
    id: "EKP104",
    name: "unbounded-persistence",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Sessions are bound to servers without an end that the balancer sets.",
    why: "A binding outlives what it was made by. When a wrong weight is put right, or a server is \
          added, only new sessions see it; those that are bound stay where the mistake put them \
          until their browser ends. A limit is what makes a correction work at all.",
    source: "The outage of 2024-05-01, played on HAProxy 2.6: the weights were put back, and the \
             top two of five servers kept 92.4 % until the table was cleared.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
            good: "\
backend portal
  mode http
  cookie SRV insert indirect nocache maxidle 30m maxlife 8h
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
        },
        Example {
            product: Product::Envoy,
            bad: STATEFUL,
            good: "\
static_resources:
  listeners:
  - name: web
    address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.\
http_connection_manager.v3.HttpConnectionManager
          http_filters:
          - name: sessions
            typed_config:
              \"@type\": type.googleapis.com/envoy.extensions.filters.http.\
stateful_session.v3.StatefulSession
              session_state:
                name: cookie
                typed_config:
                  \"@type\": type.googleapis.com/envoy.extensions.http.stateful_session.\
cookie.v3.CookieBasedSessionState
                  cookie: { name: s, ttl: 28800s }
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
affinity = { ttl = \"30d\" }
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
affinity = { ttl = \"8h\", bound = 1.5 }
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
",
        },
    ],
    fix: "HAProxy: `maxidle` and `maxlife` for a cookie, `expire` for a table. Envoy: `ttl`. \
          Evenkeel: a `ttl` within a working day, and a `bound` that one server can exceed.",
};

const STATEFUL: &str = "\
static_resources:
  listeners:
  - name: web
    address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.\
http_connection_manager.v3.HttpConnectionManager
          http_filters:
          - name: sessions
            typed_config:
              \"@type\": type.googleapis.com/envoy.extensions.filters.http.\
stateful_session.v3.StatefulSession
              session_state:
                name: cookie
                typed_config:
                  \"@type\": type.googleapis.com/envoy.extensions.http.stateful_session.\
cookie.v3.CookieBasedSessionState
                  cookie: { name: s }
";

/// A binding that lasts longer outlives the working day in which a fault is mended.
const TTL_MAX_S: u64 = 24 * 3600;

/// EKP104
#[derive(Debug)]
pub(in crate::rules) struct Unbounded;

impl Rule for Unbounded {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Evenkeel(own) => evenkeel(own, found),
            Parsed::Nginx(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    for pool in backends(config) {
        let proxy = pool.of;
        let servers = &pool.servers;
        if servers.len() < 2 {
            continue;
        }
        // The limits of a cookie work in this mode alone.
        let cookie = proxy.cookie().filter(|cookie| {
            let said = &cookie.value;
            let is_bounded = said.maxidle_ms.is_some() || said.maxlife_ms.is_some();
            let is_kept =
                said.dynamic || servers.iter().any(|server| server.settings.cookie.is_some());
            said.mode == Some(CookieMode::Insert) && !is_bounded && is_kept
        });
        if let Some(cookie) = cookie.filter(|cookie| told.insert(cookie.span)) {
            let what = format!(
                "the cookie `{}` has neither `maxidle` nor `maxlife`: sessions stay at their one \
                 of {} servers of `{}` for as long as their browser runs, whatever its weight \
                 becomes",
                cookie.value.name,
                servers.len(),
                pool.name
            );
            found.push(pool.finding(&DOC, what).at(cookie.span));
        }
        let table = table_of(config, proxy).filter(|table| table.value.expire_ms.is_none());
        if let Some(table) = table.filter(|table| told.insert(table.span)) {
            let what = format!(
                "the table that keeps sessions of `{}` has no `expire`: an entry stays until the \
                 table's {} are full or HAProxy restarts, whatever its server's weight becomes",
                pool.name, table.value.size
            );
            found.push(pool.finding(&DOC, what).at(table.span));
        }
    }
}

/// The table in which a backend keeps servers.
pub(in crate::rules) fn table_of<'c>(
    config: &'c Config,
    proxy: &'c Proxy,
) -> Option<&'c Placed<StickTable>> {
    let rule = proxy.stick_rules.first()?;
    match &rule.table {
        None => proxy.stick_table.as_ref(),
        Some(name) => {
            let named = |other: &&Proxy| other.name == *name;
            config.proxies.iter().find(named)?.stick_table.as_ref()
        }
    }
}

fn envoy(configs: &[envoy::model::Config], found: &mut Vec<Finding>) {
    // Where all servers are known, and each cluster has one, there is nothing to stick to.
    let is_alone =
        clusters(configs).map(|pool| pool.servers.len()).max().is_some_and(|most| most == 1);
    let listeners = configs.iter().flat_map(|config| &config.listeners);
    for stateful in listeners.flat_map(|listener| &listener.stateful) {
        if is_alone || stateful.kind != "cookie" || stateful.ttl_ms.value > 0 {
            continue;
        }
        let name = stateful.name.as_ref().map_or("", |name| &name.value);
        let what = format!(
            "the cookie `{name}` binds sessions to servers and has no `ttl`: they stay for as long \
             as their browser runs, whatever weights become"
        );
        let span = stateful.ttl_ms.span.unwrap_or(stateful.span);
        found.push(Finding::new(&DOC, what).at(span));
    }
}

fn evenkeel(own: &Own, found: &mut Vec<Finding>) {
    for (name, pool) in &own.settings.pools {
        let Some(affinity) = pool.affinity.as_ref().filter(|_| pool.endpoints.len() > 1) else {
            continue;
        };
        let place = |key: &str| own.value(&["pools", name, "affinity", key]);
        let ttl_s = affinity.ttl.0.as_secs();
        if ttl_s > TTL_MAX_S {
            let what = format!(
                "sessions of `{name}` stay at their server for {:.1} days: that is how long a \
                 corrected weight takes to reach all of them",
                ttl_s as f64 / 86_400.0
            );
            found.push(Finding::new(&DOC, what).at(place("ttl")).of(name.as_str()));
        }
        let total: f64 = pool.endpoints.iter().map(|it| it.capacity * it.weight).sum();
        let least = pool.endpoints.iter().map(|it| it.capacity * it.weight);
        let least = least.filter(|ordered| *ordered > 0.0).fold(f64::INFINITY, f64::min);
        if total > 0.0 && affinity.bound * least / total >= 1.0 {
            let what = format!(
                "no server of `{name}` can reach {} times its fair share: sessions are kept \
                 however crowded their server is",
                affinity.bound
            );
            found.push(Finding::new(&DOC, what).at(place("bound")).of(name.as_str()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn check(lines: &str, count: usize) {
        let servers = "server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b";
        let text = format!("backend p\n mode http\n {lines}\n {servers}\n");
        let found = testing::found(&Unbounded, Product::Haproxy, &text);
        assert_eq!(found.len(), count, "{text}");
    }

    #[test]
    fn cookies_and_tables_have_an_end() {
        check("cookie C insert", 1);
        check("cookie C insert maxlife 1h", 0);
        check("cookie C prefix", 0);
        check("stick-table type ip size 10k\n stick on src", 1);
        check("stick-table type ip size 10k expire 1h\n stick on src", 0);
    }

    /// Goal: tables that only count are no bindings.
    #[test]
    fn a_table_of_counters_keeps_nobody() {
        check("stick-table type ip size 10k store conn_cur", 0);
    }

    #[test]
    fn a_bound_that_two_servers_cannot_reach_is_none() {
        let check = |affinity: &str, count: usize| {
            let text = format!(
                "[[listeners]]\nname = \"l\"\naddress = \"0.0.0.0:8080\"\n[[routes]]\npool = \
                 \"p\"\n[pools.p]\naffinity = {affinity}\nendpoints = [{{ name = \"a\", address = \
                 \"10.0.0.1:80\" }}, {{ name = \"b\", address = \"10.0.0.2:80\" }}, {{ name = \
                 \"c\", address = \"10.0.0.3:80\" }}]\n"
            );
            let found = testing::found(&Unbounded, Product::Evenkeel, &text);
            assert_eq!(found.len(), count, "{affinity}");
        };
        check("{}", 0);
        check("{ bound = 2.9 }", 0);
        check("{ bound = 3.0 }", 1);
        check("{ ttl = \"25h\" }", 1);
    }
}
