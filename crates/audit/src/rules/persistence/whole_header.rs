//! Sessions that are kept by all cookies at once.

use foreign::Span;
use foreign::envoy::model::{Config as Envoy, HashBy};
use foreign::haproxy::model::{Algorithm, Config, Mode};
use foreign::nginx::model::{Config as Nginx, Method};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, upstreams};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP109",
    name: "whole-cookie-header",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "The whole `Cookie` header is what a user is hashed or bound by.",
    why: "The header holds all cookies. Any of them that changes, a consent, a counter of a \
          statistics script, gives the user another key and another server in the middle of the \
          session. Where nothing is kept, the balance is right by chance and sessions are lost.",
    source: "The arithmetic; a judgement of how often cookies change.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  balance hdr(Cookie)
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
            good: "\
backend portal
  mode http
  balance hash req.cook(session)
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
    hash $http_cookie consistent;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    hash $cookie_session consistent;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
name: routes
virtual_hosts:
- name: all
  domains: [\"*\"]
  routes:
  - match: { prefix: / }
    route: { cluster: portal, hash_policy: [{ header: { header_name: cookie } }] }
",
            good: "\
name: routes
virtual_hosts:
- name: all
  domains: [\"*\"]
  routes:
  - match: { prefix: / }
    route: { cluster: portal, hash_policy: [{ cookie: { name: session } }] }
",
        },
    ],
    fix: "Name the one cookie that is the session: `req.cook(NAME)`, `$cookie_NAME`, `cookie: { \
          name: NAME }`.",
};

/// EKP109
#[derive(Debug)]
pub(in crate::rules) struct WholeHeader;

impl Rule for WholeHeader {
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

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config).filter(|pool| pool.servers.len() > 1) {
        let proxy = pool.of;
        if proxy.mode() != Mode::Http {
            continue;
        }
        let hashed = match config.algorithm(proxy) {
            Algorithm::Header { name, .. } => name.eq_ignore_ascii_case("cookie"),
            Algorithm::Hash { expression } => is_whole(&expression),
            _ => false,
        };
        let stuck = proxy.stick_rules.iter().find(|rule| is_whole(&rule.expression));
        let balance = proxy.settings.balance.as_ref().filter(|_| hashed);
        let span: Option<Span> = balance.map(|it| it.span).or(stuck.map(|rule| rule.span));
        found.extend(span.map(|span| finding(pool.name, span)));
    }
}

fn is_whole(expression: &str) -> bool {
    let expression = expression.to_ascii_lowercase();
    let first = expression.split(',').next().unwrap_or("");
    ["hdr(cookie)", "req.hdr(cookie)", "req.fhdr(cookie)"].contains(&first)
        // A converter may take the one cookie out.
        && !expression.contains(',')
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    for pool in upstreams(config).filter(|pool| pool.servers.len() > 1) {
        let upstream = pool.of;
        let Method::Hash { key, .. } = &upstream.method.value else { continue };
        let span = upstream.method.span.filter(|_| key == "$http_cookie");
        found.extend(span.map(|span| finding(pool.name, span)));
    }
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    let tables = configs.iter().flat_map(|config| &config.tables);
    for (_, route) in tables.flat_map(|table| table.routes()) {
        let is_whole =
            |by: &HashBy| matches!(by, HashBy::Header(it) if it.eq_ignore_ascii_case("cookie"));
        let Some(hash) = route.hash.iter().find(|hash| is_whole(&hash.by)) else { continue };
        let foreign::envoy::model::Target::Cluster(name) = &route.target else { continue };
        found.push(finding(&name.value, hash.span));
    }
}

fn finding(pool: &str, span: Span) -> Finding {
    let what = format!(
        "users of `{pool}` are told apart by all their cookies at once: whenever any of them \
         changes, the user changes servers"
    );
    Finding::new(&DOC, what).at(span).of(pool)
}
