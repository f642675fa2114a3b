//! Affinity by an address that many users share.

use foreign::Span;
use foreign::haproxy::model::{Algorithm, Config, Mode, Proxy, StickAction};

use super::clients::{self, Clients};
use super::{source_envoy, source_nginx};
use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP103",
    name: "source-affinity-behind-proxy",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Users are bound to servers, or hashed, by the address of their connection, and nothing \
           says that this is the client's own.",
    why: "Behind a NAT, a CDN or another proxy one address is thousands of users. All of them come \
          to one server, however many there are. A stick table makes it worse: what is bound \
          stays, so that weights that are put right change nothing. Where the file shows that a \
          proxy stands before it, or binds addresses in a table, this is an error; a hash without \
          such a sign is a warning.",
    source: "The outage of 2024-05-01, played on HAProxy 2.6 with 55 % of users behind 6 NATs: \
             with `stick on src` two of five equal servers took 51.1 %, and with the weight script \
             92.4 %. `ip_hash` of nginx 1.22 sent all 254 hosts of a /24 to one server.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
frontend web
  mode http
  bind :80
  default_backend portal
backend portal
  mode http
  stick-table type ip size 200k expire 30m
  stick on src
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
            good: "\
frontend web
  mode http
  bind :80
  default_backend portal
backend portal
  mode http
  cookie SRV insert indirect nocache maxlife 8h
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
    ip_hash;
    server 10.0.0.1;
    server 10.0.0.2;
  }
  server {
    location / { proxy_pass http://portal; }
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
  server {
    location / { proxy_pass http://portal; }
  }
}
",
        },
        Example { product: Product::Envoy, bad: ENVOY_BAD, good: ENVOY_GOOD },
    ],
    fix: "Keep sessions by a cookie. Where that cannot be, tell the balancer the client's address: \
          `accept-proxy` or `http-request set-src` for HAProxy, `set_real_ip_from` for nginx, \
          `xff_num_trusted_hops` for Envoy.",
};

const ENVOY_BAD: &str = "\
static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.\
http_connection_manager.v3.HttpConnectionManager
          use_remote_address: true
          route_config:
            virtual_hosts:
            - name: all
              domains: [\"*\"]
              routes:
              - match: { prefix: / }
                route:
                  cluster: portal
                  hash_policy: [{ connection_properties: { source_ip: true } }]
  clusters:
  - { name: portal, type: EDS, lb_policy: RING_HASH }
";

const ENVOY_GOOD: &str = "\
static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.\
http_connection_manager.v3.HttpConnectionManager
          use_remote_address: true
          xff_num_trusted_hops: 1
          route_config:
            virtual_hosts:
            - name: all
              domains: [\"*\"]
              routes:
              - match: { prefix: / }
                route:
                  cluster: portal
                  hash_policy: [{ connection_properties: { source_ip: true } }]
  clusters:
  - { name: portal, type: EDS, lb_policy: RING_HASH }
";

/// EKP103
#[derive(Debug)]
pub(in crate::rules) struct SourceAffinity;

impl Rule for SourceAffinity {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => source_nginx::judge(&DOC, config, found),
            Parsed::Envoy(configs) => {
                source_envoy::judge(&DOC, configs, case.subject.sources(), found);
            }
            Parsed::Evenkeel(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config) {
        let proxy = pool.of;
        let count = pool.servers.len();
        // Where connections are passed on as they are, there is nothing else to keep them by.
        if count < 2 || proxy.mode() != Mode::Http {
            continue;
        }
        let stuck = stuck(proxy);
        let Some(span) = stuck.or_else(|| hashed(config, proxy)) else { continue };
        let clients = clients::of_backend(config, proxy);
        let whose = match clients {
            Clients::Known => continue,
            Clients::Proxied(..) => "a proxy's address stands for all users behind it",
            Clients::Unsaid => "all users behind one NAT or proxy have one address",
        };
        let then = match stuck {
            Some(_) => "they are bound to one server, and stay when weights change",
            None => "they are sent to one server",
        };
        let what = format!(
            "`{}` chooses among {count} servers by the address of the connection: {whose}, and \
             {then}",
            pool.name
        );
        let finding = pool.finding(&DOC, what).at(span);
        found.push(match clients {
            Clients::Proxied(place, seen) => finding.related(place, seen),
            _ if stuck.is_some() => finding,
            _ => Finding { severity: Severity::Warning, ..finding },
        });
    }
}

/// A rule that binds addresses to servers.
fn stuck(proxy: &Proxy) -> Option<Span> {
    let binds = |action| matches!(action, StickAction::On | StickAction::StoreRequest);
    let mut rules = proxy.stick_rules.iter().filter(|rule| binds(rule.action));
    rules.find(|rule| is_source(&rule.expression)).map(|rule| rule.span)
}

/// A hash of addresses, unless no server may have much more than the mean.
fn hashed(config: &Config, proxy: &Proxy) -> Option<Span> {
    let by_source = match config.algorithm(proxy) {
        Algorithm::Source => true,
        Algorithm::Hash { expression } => is_source(&expression),
        _ => false,
    };
    let factor = proxy.settings.hash_balance_factor.map_or(0, |factor| factor.value);
    let balance = proxy.settings.balance.as_ref()?;
    (by_source && factor == 0).then_some(balance.span)
}

fn is_source(expression: &str) -> bool {
    expression.split(',').next() == Some("src")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn found(front: &str, back: &str) -> Vec<Finding> {
        let servers = "server a 10.0.0.1:80\n server b 10.0.0.2:80";
        let text = format!(
            "frontend f\n mode http\n {front}\n default_backend p\nbackend p\n mode http\n \
             {back}\n {servers}\n"
        );
        testing::found(&SourceAffinity, Product::Haproxy, &text)
    }

    /// Goal: what the file says of proxies decides. Method: one hash, frontends that say
    /// nothing, that a proxy is there, and who the client is.
    #[test]
    fn a_hash_is_as_bad_as_the_address_is() {
        let check = |front: &str, expected: Option<Severity>| {
            let found = found(front, "balance source");
            assert_eq!(found.first().map(|finding| finding.severity), expected, "{front}");
        };
        let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
        check("bind :80", warning);
        check("bind :80\n option forwardfor except 127.0.0.0/8", warning);
        check("bind :80\n http-request set-header X-Forwarded-For %[src]", warning);
        check("bind :80\n option forwardfor except 10.0.0.0/8", error);
        check("bind :80\n acl old req.hdr_ip(X-Forwarded-For) 10.0.0.1", error);
        check("bind :80\n http-request deny if { hdr(x-forwarded-for) -m found }", error);
        check("bind 127.0.0.1:80", error);
        check("bind :80 accept-proxy", None);
        check("bind :80 accept-proxy\n bind :81", warning);
        check("bind :80\n http-request set-src req.hdr(x-forwarded-for)", None);
        check("bind :80\n tcp-request connection expect-proxy layer4", None);
    }

    #[test]
    fn what_is_bound_stays() {
        let check = |back: &str, expected: Option<Severity>| {
            let found =
                found("bind :80", &format!("stick-table type ip size 1k expire 1h\n {back}"));
            assert_eq!(found.first().map(|finding| finding.severity), expected, "{back}");
        };
        check("stick on src", Some(Severity::Error));
        check("stick store-request src,ipmask(24)", Some(Severity::Error));
        check("stick on req.cook(session)", None);
        check("balance hash src,ipmask(24)", Some(Severity::Warning));
        check("balance source\n hash-type consistent\n hash-balance-factor 150", None);
        check("http-request track-sc0 src", None);
    }

    #[test]
    fn connections_have_no_cookie() {
        let text = "listen db\n mode tcp\n bind :1\n balance source\n server a 10.0.0.1:1\n \
                    server b 10.0.0.2:1\n";
        assert!(testing::found(&SourceAffinity, Product::Haproxy, text).is_empty());
        let one = text.replace("tcp", "http").replace("server b 10.0.0.2:1", "");
        assert!(testing::found(&SourceAffinity, Product::Haproxy, &one).is_empty());
    }

    #[test]
    fn nginx_is_told_who_the_client_is() {
        let check = |http: &str, server: &str, expected: Option<Severity>| {
            let text = format!(
                "events {{}}\nhttp {{\n{http}\nupstream u {{ hash $remote_addr; server a:1; server \
                 b:1; }}\nserver {{\n{server}\nlocation / {{ proxy_pass http://u; }} }} }}\n"
            );
            let found = testing::found(&SourceAffinity, Product::Nginx, &text);
            assert_eq!(found.first().map(|finding| finding.severity), expected, "{text}");
        };
        check("", "", Some(Severity::Warning));
        check("set_real_ip_from 10.0.0.0/8;", "", None);
        check("", "set_real_ip_from 10.0.0.0/8;", None);
        check("", "listen 80 proxy_protocol;", Some(Severity::Error));
        check("map $http_x_forwarded_for $a { default 1; }", "", Some(Severity::Error));
    }
}
