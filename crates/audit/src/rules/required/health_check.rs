//! Pools whose servers nobody asks how they are.

use foreign::haproxy::model::{Config, Server};
use foreign::nginx;
use foreign::nginx::model::{Target, Upstream};
use foreign::nginx::syntax::{Body, Directive, Tree};
use foreign::{Span, envoy};

use super::kind::Required;
use crate::finding::Finding;
use crate::policy::Require;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs};
use crate::rules::pools::{backends, named, upstreams};
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

static DOC: Doc = Doc {
    id: "EKL801",
    name: "health-check-required",
    severity: Severity::Error,
    needs: Needs::Policy,
    what: "A pool's servers are not checked, and the policy asks for it (`health_check`).",
    why: "A server that is dead or hangs goes on being sent its share, and its users meet it one \
          after the other. HAProxy's servers need `check`, `agent-check` or `track`, Envoy's \
          clusters `health_checks`, Evenkeel's pools `probe`. The open-source nginx cannot ask: \
          there `max_fails` must not be 0, unless `health_check` stands where requests are passed \
          on, or `check` in the upstream.",
    source: "The policy.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80 check
  server web2 10.0.0.2:80
",
            good: "\
backend portal
  mode http
  default-server check
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
    server 10.0.0.2 max_fails=0;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
    server 10.0.0.2 max_fails=2;
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
    health_checks:
    - timeout: 1s
      interval: 5s
      unhealthy_threshold: 3
      healthy_threshold: 2
      http_health_check: { path: /healthz }
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
probe = { path = \"/healthz\" }
endpoints = [{ name = \"web1\", address = \"10.0.0.1:80\" }]
",
        },
    ],
    fix: "Have every server asked for a page that is cheap and says whether it can serve.",
};

/// EKL801
#[derive(Debug)]
pub(super) struct HealthCheck;

impl Required for HealthCheck {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>) {
        if !require.health_check {
            return;
        }
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, case.subject.tree.as_deref(), found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Evenkeel(own) => evenkeel(own, found),
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let is_asked = |server: &&Server| {
        let settings = &server.settings;
        let has_agent = settings.agent_check.is_some_and(|check| check.value);
        settings.is_checked() || has_agent || settings.track.is_some()
    };
    for pool in backends(config) {
        let silent: Vec<&&Server> =
            pool.servers.iter().filter(|server| !is_asked(server)).collect();
        let Some(first) = silent.first() else { continue };
        let names = named(silent.iter().map(|server| &server.name));
        let what = format!("nobody checks {names} of `{}`", pool.name);
        found.push(pool.finding(&DOC, what).at(first.span));
    }
}

fn nginx(config: &nginx::model::Config, tree: Option<&Tree>, found: &mut Vec<Finding>) {
    let mut checked = Vec::new();
    for file in tree.iter().flat_map(|tree| &tree.files) {
        checked_passes(&file.directives, &mut checked);
    }
    let is_asked = |at: usize, upstream: &Upstream| {
        let has_word = upstream.other.iter().any(|directive| directive.value == "check");
        let mut passes = config
            .passes
            .iter()
            .filter(|pass| pass.ends.iter().any(|end| end.target == Target::Upstream(at)));
        has_word || passes.any(|pass| checked.contains(&pass.written.span))
    };
    for (at, pool) in upstreams(config).enumerate() {
        let silent = pool.servers.iter().filter(|peer| peer.max_fails.value == 0);
        let silent: Vec<_> = silent.collect();
        let Some(first) = silent.first().filter(|_| !is_asked(at, pool.of)) else { continue };
        let names = named(silent.iter().map(|peer| &peer.written.value));
        let what = format!("{names} of `{}` stay in use however often they fail", pool.name);
        let span = first.max_fails.span.unwrap_or(first.span);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

/// Where requests are passed on from a block that has `health_check`.
fn checked_passes(block: &[Directive], checked: &mut Vec<Span>) {
    let has_check = block.iter().any(|directive| directive.is("health_check"));
    for directive in block {
        let is_pass = directive.name.text.ends_with("_pass");
        if let Some(word) = directive.args.first().filter(|_| has_check && is_pass) {
            checked.push(word.span);
        }
        if let Body::Block(inner) = &directive.body {
            checked_passes(inner, checked);
        }
    }
}

fn envoy(configs: &[envoy::model::Config], found: &mut Vec<Finding>) {
    for cluster in configs.iter().flat_map(|config| &config.clusters) {
        if cluster.checks.is_empty() {
            let name = &cluster.name.value;
            let what = format!("nobody checks the servers of `{name}`");
            found.push(Finding::new(&DOC, what).at(cluster.name.span).of(name.as_str()));
        }
    }
}

fn evenkeel(own: &Own, found: &mut Vec<Finding>) {
    for (name, _) in own.settings.pools.iter().filter(|(_, pool)| pool.probe.is_none()) {
        let what = format!("nobody asks the servers of `{name}` how they are");
        found.push(Finding::new(&DOC, what).at(own.key(&["pools", name])).of(name.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::read_text;

    fn check(product: Product, text: &str, count: usize) {
        let subject = read_text("x", text, Some(product)).unwrap();
        let require = Require { health_check: true, ..Require::default() };
        let mut found = Vec::new();
        HealthCheck.judge(&Case::of(&subject), &require, &mut found);
        assert_eq!(found.len(), count, "{text}\n{found:?}");
    }

    #[test]
    fn any_way_to_ask_will_do() {
        let haproxy =
            |words: &str| format!("backend p\n mode http\n server a 10.0.0.1:80 {words}\n");
        check(Product::Haproxy, &haproxy("agent-check agent-port 9"), 0);
        check(Product::Haproxy, &haproxy("track q/a"), 0);
        check(Product::Haproxy, &haproxy("backup"), 0);
        check(Product::Haproxy, "backend p\n mode http\n redirect location /\n", 0);
        let nginx = |words: &str, location: &str| {
            format!(
                "events {{}}\nhttp {{ upstream p {{ server 10.0.0.1 max_fails=0; {words} }}\n\
                 server {{ location / {{ proxy_pass http://p; {location} }} }} }}\n"
            )
        };
        check(Product::Nginx, &nginx("", ""), 1);
        check(Product::Nginx, &nginx("", "health_check;"), 0);
        check(Product::Nginx, &nginx("check interval=3000;", ""), 0);
    }
}
