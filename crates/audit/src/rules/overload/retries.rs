//! Requests that are tried again and again when there is too much to do already.

use foreign::haproxy::model::{Config, Mode};
use foreign::nginx::model::{Config as Nginx, Kind, Pass, Target};

use super::retries_envoy;
use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, upstreams};
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

pub(super) static DOC: Doc = Doc {
    id: "EKO502",
    name: "retry-amplification",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Requests that failed are tried again, and nothing limits how many at a time.",
    why: "While all goes well nothing is tried again. When servers have too much to do, every \
          request fails and comes back, several times, and what was too much becomes a multiple of \
          it. They stay down also when users have left. Each tier with retries multiplies again.",
    source: "envoy#10869 on retry storms and budgets; istio#40489: its limit of retries is not \
             enforced by default; Finagle's retry budgets (2016).",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend app
  mode http
  retries 3
  retry-on all-retryable-errors
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
            good: "\
backend app
  mode http
  retries 1
  retry-on all-retryable-errors
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
        },
        Example { product: Product::Nginx, bad: NGINX_BAD, good: NGINX_GOOD },
        Example { product: Product::Envoy, bad: retries_envoy::BAD, good: retries_envoy::GOOD },
        Example {
            product: Product::Evenkeel,
            bad: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"app\"
[pools.app]
retry = { ratio = 1.0 }
endpoints = [
  { name = \"a\", address = \"10.0.0.1:80\" },
  { name = \"b\", address = \"10.0.0.2:80\" },
]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"app\"
[pools.app]
retry = { ratio = 0.2 }
endpoints = [
  { name = \"a\", address = \"10.0.0.1:80\" },
  { name = \"b\", address = \"10.0.0.2:80\" },
]
",
        },
    ],
    fix: "HAProxy: `retries 1`, or `retry-on` without answers and their timeout. nginx: \
          `proxy_next_upstream_tries 2`. Envoy: `retry_budget`. Evenkeel: a `ratio` of 0.2.",
};

const NGINX_BAD: &str = "\
events {}
http {
  upstream app {
    server 10.0.0.1 max_fails=0;
    server 10.0.0.2 max_fails=0;
    server 10.0.0.3 max_fails=0;
    server 10.0.0.4 max_fails=0;
  }
  server {
    location / {
      proxy_pass http://app;
      proxy_next_upstream error timeout http_503;
    }
  }
}
";

const NGINX_GOOD: &str = "\
events {}
http {
  upstream app {
    server 10.0.0.1 max_fails=0;
    server 10.0.0.2 max_fails=0;
    server 10.0.0.3 max_fails=0;
    server 10.0.0.4 max_fails=0;
  }
  server {
    location / {
      proxy_pass http://app;
      proxy_next_upstream error timeout http_503;
      proxy_next_upstream_tries 2;
    }
  }
}
";

/// From so many attempts at a request on it is told: with fewer, what comes back is not much more
/// than what a budget would let through.
const ATTEMPTS: u64 = 4;

/// EKO502
#[derive(Debug)]
pub(in crate::rules) struct Retries;

impl Rule for Retries {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, found),
            Parsed::Envoy(configs) => retries_envoy::judge(configs, found),
            Parsed::Evenkeel(own) => evenkeel(own, found),
        }
    }
}

/// Failures that servers with too much to do have. Those of connecting are not: whoever refuses a
/// connection has no work of it.
fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    const LOADED: [&str; 6] =
        ["all-retryable-errors", "response-timeout", "500", "502", "503", "504"];
    let mut told = std::collections::BTreeSet::new();
    for pool in backends(config).filter(|pool| pool.of.mode() == Mode::Http) {
        let proxy = pool.of;
        let Some(on) = &proxy.settings.retry_on else { continue };
        let loaded = on.value.iter().find(|word| LOADED.contains(&word.as_ref()));
        let attempts = 1 + proxy.settings.retries.map_or(3, |retries| retries.value);
        let Some(word) = loaded else { continue };
        if attempts < ATTEMPTS || pool.servers.is_empty() || !told.insert(on.span) {
            continue;
        }
        let what = format!(
            "a request to `{}` is sent up to {attempts} times for `{word}`, and HAProxy has no \
             limit for how many are under way so",
            pool.name
        );
        found.push(pool.finding(&DOC, what).at(on.span));
    }
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    let mut told = std::collections::BTreeSet::new();
    for pass in config.passes.iter().filter(|pass| pass.kind == Kind::Http) {
        let is_loaded = |word: &String| word.starts_with("http_5") || word == "http_429";
        let Some(word) = pass.trying.next.value.iter().find(|word| is_loaded(word)) else {
            continue;
        };
        let Some((pool, attempts)) = most(config, pass) else { continue };
        let span = pass.trying.next.span.unwrap_or(pass.written.span);
        if attempts < ATTEMPTS || !told.insert(span) {
            continue;
        }
        let what = format!(
            "a request to `{pool}` is sent to up to {attempts} servers for `{word}`, and \
             `max_fails=0` never leaves one of them out"
        );
        found.push(Finding::new(&DOC, what).at(span).of(pool));
    }
}

/// The upstream at which a pass tries most often, and how often. Those whose servers are left out
/// when they fail are not counted: there it ends by itself.
fn most<'c>(config: &'c Nginx, pass: &Pass) -> Option<(&'c str, u64)> {
    let leads = |at: usize| pass.ends.iter().any(|end| end.target == Target::Upstream(at));
    let pools = upstreams(config).enumerate().filter(|(at, _)| leads(*at));
    let counts = pools.filter_map(|(_, pool)| {
        let stay = pool.servers.iter().all(|peer| peer.max_fails.value == 0);
        let servers = u64::try_from(pool.servers.len()).ok().filter(|_| stay)?;
        let tries = pass.trying.tries.value;
        let attempts = if tries == 0 { servers } else { tries.min(servers) };
        Some((pool.name, attempts))
    });
    counts.max_by_key(|(_, attempts)| *attempts)
}

fn evenkeel(own: &Own, found: &mut Vec<Finding>) {
    for (name, pool) in &own.settings.pools {
        if pool.retry.ratio < 1.0 || pool.retry.attempts < 2 || pool.endpoints.len() < 2 {
            continue;
        }
        let what = format!(
            "every request to `{name}` earns a retry: when all fail, twice as many are sent"
        );
        let place = own.value(&["pools", name, "retry", "ratio"]);
        found.push(Finding::new(&DOC, what).at(place).of(name.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn refused_connections_are_no_load() {
        let check = |lines: &str, count: usize| {
            let text = format!(
                "backend p\n mode http\n {lines}\n server a 10.0.0.1:80\n server b 10.0.0.2:80\n"
            );
            let found = testing::found(&Retries, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("retries 9", 0);
        check("retry-on conn-failure empty-response\n retries 9", 0);
        check("retry-on 503", 1);
        check("retry-on conn-failure response-timeout\n retries 2", 0);
    }

    #[test]
    fn servers_that_are_left_out_end_it() {
        let check = |text: &str, count: usize| {
            let found = testing::found(&Retries, Product::Nginx, text);
            assert_eq!(found.len(), count, "{text}");
        };
        check(NGINX_BAD, 1);
        check(&NGINX_BAD.replace(" max_fails=0", ""), 0);
        check(&NGINX_BAD.replace(" http_503", ""), 0);
    }
}
