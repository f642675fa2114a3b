//! Servers that are ordered more than a policy lets one have.

use super::kind::Required;
use crate::finding::Finding;
use crate::policy::Require;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs};
use crate::rules::weights::{multiples, orders};
use crate::severity::Severity;

static DOC: Doc = Doc {
    id: "EKL802",
    name: "share-above-policy",
    severity: Severity::Error,
    needs: Needs::Policy,
    what: "A weight orders a greater multiple of a server's fair share than the policy lets one \
           have (`max_share`).",
    why: "The fleet is as strong as the server that is full first. The fair share is a server's \
          part of the pool's capacity: of `maxconn`, `max_conns` or `capacity`, where all of its \
          servers say theirs, else an equal part.",
    source: "The policy.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80 weight 100
  server web2 10.0.0.2:80 weight 17
",
            good: "\
backend portal
  mode http
  server web1 10.0.0.1:80 weight 100 maxconn 400
  server web2 10.0.0.2:80 weight 25 maxconn 100
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1 weight=5;
    server 10.0.0.2;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1 weight=5 max_conns=500;
    server 10.0.0.2 max_conns=100;
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
          load_balancing_weight: 5
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          load_balancing_weight: 1
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
  { name = \"web1\", address = \"10.0.0.1:80\", weight = 5 },
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
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\", capacity = 500 },
  { name = \"web2\", address = \"10.0.0.2:80\", capacity = 100 },
]
",
        },
    ],
    fix: "Lower the weight, or say what each server can bear.",
};

/// EKL802
#[derive(Debug)]
pub(super) struct MaxShare;

impl Required for MaxShare {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>) {
        let Some(most) = require.max_share else { return };
        for order in orders(&case.subject.parsed) {
            let weights: f64 = order.servers.iter().map(|server| server.weight).sum();
            for (server, times) in order.servers.iter().zip(multiples(&order.servers)) {
                // What is as much as it may be is not above it for a rounding.
                if !(times.is_finite() && times > most * (1.0 + 1e-9)) {
                    continue;
                }
                let what = format!(
                    "`{}` of `{}` is ordered {:.1} % of new sessions, {times:.2} times its fair \
                     share; the policy lets a server have {most} times",
                    server.name,
                    order.pool,
                    server.weight / weights * 100.0
                );
                found.push(Finding::new(&DOC, what).at(server.span).of(order.pool.as_str()));
            }
        }
    }
}
