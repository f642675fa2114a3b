//! Sessions that stay at their server for longer than a policy lets them.

use std::collections::BTreeSet;

use foreign::haproxy::model::{Config, CookieMode};
use foreign::nginx::model::{Upstream, seconds};
use foreign::{Span, envoy, nginx};

use super::kind::Required;
use crate::finding::Finding;
use crate::policy::Require;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs};
use crate::rules::persistence::table_of;
use crate::rules::pools::{Pool, backends, upstreams};
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

static DOC: Doc = Doc {
    id: "EKL805",
    name: "session-outlives-policy",
    severity: Severity::Error,
    needs: Needs::Policy,
    what: "Sessions may stay at their server for longer than the policy lets them \
           (`persistence_max_life`).",
    why: "So long does a corrected weight take to reach all users, and so long do they stay at a \
          server that ails. What counts is `maxlife` of a cookie that HAProxy inserts and `expire` \
          of its tables, which begins anew with each request; `expires` of nginx's `sticky \
          cookie`, `timeout` of `sticky learn`; `ttl` of Envoy's cookies; `ttl` of Evenkeel's \
          `affinity`. A cookie that lasts until the browser ends has no end.",
    source: "The policy.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  cookie SRV insert indirect nocache maxidle 30m
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
            good: "\
backend portal
  mode http
  cookie SRV insert indirect nocache maxidle 30m maxlife 1h
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
    server 10.0.0.2;
    sticky cookie srv;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
    server 10.0.0.2;
    sticky cookie srv expires=30m;
  }
}
",
        },
        Example { product: Product::Envoy, bad: FOR_A_DAY, good: FOR_AN_HOUR },
        Example {
            product: Product::Evenkeel,
            bad: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
affinity = { ttl = \"8h\" }
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
affinity = { ttl = \"1h\" }
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
",
        },
    ],
    fix: "Write the policy's time there, or a shorter one.",
};

const FOR_A_DAY: &str = "\
virtual_hosts:
- name: web
  domains: [\"*\"]
  routes:
  - match: { prefix: / }
    route:
      cluster: portal
      hash_policy:
      - cookie: { name: srv, ttl: 86400s }
";

const FOR_AN_HOUR: &str = "\
virtual_hosts:
- name: web
  domains: [\"*\"]
  routes:
  - match: { prefix: / }
    route:
      cluster: portal
      hash_policy:
      - cookie: { name: srv, ttl: 3600s }
";

/// EKL805
#[derive(Debug)]
pub(super) struct SessionLife;

impl Required for SessionLife {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>) {
        let Some(most) = require.persistence_max_life else { return };
        let bindings = match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config),
            Parsed::Nginx(config) => nginx(config),
            Parsed::Envoy(configs) => envoy(configs),
            Parsed::Evenkeel(own) => evenkeel(own),
        };
        let most_ms = most.0.as_millis();
        let mut told = BTreeSet::new();
        for Binding { whose, pool, life_ms, span } in bindings {
            let is_within = life_ms.is_some_and(|life| u128::from(life) <= most_ms);
            // A line of `defaults` is one finding, however many pools inherit it.
            if is_within || !told.insert(span) {
                continue;
            }
            let life = life_ms.map_or("without an end".to_owned(), |life| {
                format!("for {}", config::Span(std::time::Duration::from_millis(life)))
            });
            let what = format!("{whose} keeps sessions {life}; the policy lets them stay {most}");
            let finding = Finding::new(&DOC, what).at(span);
            found.push(match pool {
                Some(pool) => finding.of(pool),
                None => finding,
            });
        }
    }
}

/// What keeps sessions, and for how long.
struct Binding {
    whose: String,
    pool: Option<String>,
    /// Absent: without an end.
    life_ms: Option<u64>,
    span: Option<Span>,
}

fn haproxy(config: &Config) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for Pool { of: proxy, servers, .. } in backends(config) {
        if servers.len() < 2 {
            continue;
        }
        let pool = Some(proxy.name.to_string());
        let mut add = |what: String, life_ms, span| {
            let whose = format!("{what} of `{}`", proxy.name);
            bindings.push(Binding { whose, pool: pool.clone(), life_ms, span: Some(span) });
        };
        let has_values = servers.iter().any(|server| server.settings.cookie.is_some());
        if let Some(cookie) = proxy.cookie().filter(|cookie| {
            // In the other modes the cookie is the application's.
            let said = &cookie.value;
            said.mode == Some(CookieMode::Insert) && (said.dynamic || has_values)
        }) {
            add(
                format!("the cookie `{}`", cookie.value.name),
                cookie.value.maxlife_ms,
                cookie.span,
            );
        }
        if let Some(table) = table_of(config, proxy) {
            add("the table".to_owned(), table.value.expire_ms, table.span);
        }
    }
    bindings
}

fn nginx(config: &nginx::model::Config) -> Vec<Binding> {
    let many = upstreams(config).filter(|pool| pool.servers.len() > 1).map(|pool| pool.of);
    let binding = |upstream: &Upstream| {
        let sticky = upstream.sticky.as_ref()?;
        let said = |name: &str| {
            sticky.value.args.iter().find_map(|arg| arg.strip_prefix(name)?.strip_prefix('='))
        };
        let life_s = match sticky.value.kind.as_str() {
            "learn" => Some(said("timeout").and_then(seconds).unwrap_or(600)),
            "cookie" => said("expires").and_then(seconds),
            _ => None,
        };
        let name = &upstream.name.value;
        Some(Binding {
            whose: format!("`sticky {}` of `{name}`", sticky.value.kind),
            pool: Some(name.clone()),
            life_ms: life_s.map(|life| life.saturating_mul(1000)),
            span: Some(sticky.span),
        })
    };
    many.filter_map(binding).collect()
}

fn envoy(configs: &[envoy::model::Config]) -> Vec<Binding> {
    let listeners = configs.iter().flat_map(|config| &config.listeners);
    let cookies = listeners.flat_map(|listener| &listener.stateful);
    let cookies = cookies.filter(|stateful| stateful.kind == "cookie").map(|stateful| {
        let name = stateful.name.as_ref().map_or("", |name| &name.value);
        let ttl = stateful.ttl_ms;
        (name.to_owned(), ttl.value, ttl.span.unwrap_or(stateful.span))
    });
    let tables = configs.iter().flat_map(|config| &config.tables);
    let hashes = tables.flat_map(|table| table.routes()).flat_map(|(_, route)| &route.hash);
    // One without a `ttl` is not made here: it is the application's.
    let hashes = hashes.filter_map(|hash| match &hash.by {
        envoy::model::HashBy::Cookie { name, ttl_ms: Some(ttl) } => {
            Some((name.clone(), ttl.value, ttl.span))
        }
        _ => None,
    });
    let binding = |(name, ttl_ms, span): (String, u64, Span)| Binding {
        whose: format!("the cookie `{name}`"),
        pool: None,
        life_ms: (ttl_ms > 0).then_some(ttl_ms),
        span: Some(span),
    };
    cookies.chain(hashes).map(binding).collect()
}

fn evenkeel(own: &Own) -> Vec<Binding> {
    let many = own.settings.pools.iter().filter(|(_, pool)| pool.endpoints.len() > 1);
    let binding = |(name, pool): (&String, &config::Pool)| {
        let affinity = pool.affinity.as_ref()?;
        let path = ["pools", name, "affinity", "ttl"];
        Some(Binding {
            whose: format!("`affinity` of `{name}`"),
            pool: Some(name.clone()),
            life_ms: Some(u64::try_from(affinity.ttl.0.as_millis()).unwrap_or(u64::MAX)),
            span: own.key(&path).or_else(|| own.key(&path[..3])),
        })
    };
    many.filter_map(binding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::subject::read_text;

    fn check(product: Product, text: &str, parts: &[&str]) {
        let subject = read_text("x", text, Some(product)).unwrap();
        let policy = "[require]\npersistence_max_life = \"1h\"\n";
        let require = Policy::parse(policy, "policy.toml").unwrap().require;
        let mut found = Vec::new();
        SessionLife.judge(&Case::of(&subject), &require, &mut found);
        assert_eq!(found.len(), parts.len(), "{text}\n{found:?}");
        for (finding, part) in found.iter().zip(parts) {
            assert!(finding.what.contains(part), "{part}: {}", finding.what);
        }
    }

    #[test]
    fn every_kind_of_memory_counts() {
        let backend = |lines: &str| {
            let servers = " server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b\n";
            format!("backend p\n mode http\n {lines}\n{servers}")
        };
        let haproxy = |lines: &str, parts: &[&str]| check(Product::Haproxy, &backend(lines), parts);
        haproxy("cookie C insert maxlife 2h", &["the cookie `C` of `p` keeps sessions for 2h;"]);
        haproxy("cookie C prefix", &[]);
        haproxy("stick-table type ip size 1k expire 2h\n stick on src", &["the table of `p`"]);
        haproxy("stick-table type ip size 1k\n stick on src", &["without an end"]);
        haproxy("stick-table type ip size 1k store conn_cur", &[]);
        let nginx = |sticky: &str, parts: &[&str]| {
            let servers = "server 10.0.0.1; server 10.0.0.2;";
            let text =
                format!("events {{}}\nhttp {{ upstream p {{ {servers} sticky {sticky}; }} }}");
            check(Product::Nginx, &text, parts);
        };
        nginx("learn create=$a lookup=$b zone=z:1m", &[]);
        nginx("learn create=$a lookup=$b zone=z:1m timeout=2h", &["for 2h"]);
        nginx("cookie srv expires=max", &["without an end"]);
        nginx("route $a", &["without an end"]);
    }

    #[test]
    fn an_inherited_line_is_told_once() {
        let backend = |name: &str| {
            format!("backend {name}\n server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80\n")
        };
        let defaults = "defaults\n mode http\n cookie C insert\n";
        let text = format!("{defaults}{}{}", backend("p"), backend("q"));
        check(Product::Haproxy, &text, &["`p`"]);
    }
}
