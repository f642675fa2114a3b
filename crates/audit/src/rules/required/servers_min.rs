//! Pools with too few servers.

use super::kind::Required;
use super::pool::pools;
use crate::finding::Finding;
use crate::policy::Require;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs};
use crate::rules::pools::named;
use crate::severity::Severity;

static DOC: Doc = Doc {
    id: "EKL804",
    name: "too-few-servers",
    severity: Severity::Error,
    needs: Needs::Policy,
    what: "A pool has fewer servers than the policy asks for (`servers_min`).",
    why: "One server is the pool's outage the first time that it dies or is restarted, and nothing \
          can be evened out over it. Servers that are switched off, drained or there in need alone \
          do not count.",
    source: "The policy.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80 backup
",
            good: "\
backend portal
  mode http
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
    server 10.0.0.2 down;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
    server 10.0.0.2;
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
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
",
            good: "\
static_resources:
  clusters:
  - name: portal
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
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
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\", drain = true },
]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
",
        },
    ],
    fix: "Add servers, or have the policy allow this pool's file with a reason.",
};

/// EKL804
#[derive(Debug)]
pub(super) struct ServersMin;

impl Required for ServersMin {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>) {
        let Some(least) = require.servers_min else { return };
        for pool in pools(&case.subject.parsed) {
            let count = pool.servers.len();
            if count >= least as usize {
                continue;
            }
            let who = match count {
                0 => "no server takes".to_owned(),
                1 => format!("{} alone takes", named(&pool.servers)),
                _ => format!("{count} servers take"),
            };
            let what = format!(
                "{who} new sessions of `{}`, and the policy asks for {least} servers",
                pool.name
            );
            found.push(Finding::new(&DOC, what).at(pool.span).of(pool.name));
        }
    }
}
