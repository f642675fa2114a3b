//! Balancers of one role that are not configured alike.

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;

pub(crate) static DOC: Doc = Doc {
    id: "EKF701",
    name: "fleet-drift",
    severity: Severity::Error,
    needs: Needs::Fleet,
    what: "Balancers of one role do not say the same.",
    why: "A change reached some of them. Whoever comes to the others gets other servers, weights \
          or limits, and a fault that shows at one of three balancers looks like chance. Order of \
          directives, comments, values that are the default, addresses of listeners and the \
          machines' own names do not count.",
    source: "Judgement. Slack, 2020-05-12: what HAProxy held for its servers was no longer what \
             ran. Google Cloud, 2017-04-05: load balancers went back to a configuration that was \
             long out of date, and a quarter of all requests failed.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
# lb1.cfg
backend app
  server a 10.0.0.1:80 weight 10
  server b 10.0.0.2:80 weight 10
# lb2.cfg
backend app
  server a 10.0.0.1:80 weight 10
  server b 10.0.0.2:80 weight 50
",
            good: "\
# lb1.cfg
backend app
  server a 10.0.0.1:80 weight 10
  server b 10.0.0.2:80 weight 10
# lb2.cfg
backend app
  default-server weight 10
  server b 10.0.0.2:80
  server a 10.0.0.1:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
# lb1.conf
upstream app { server 10.0.0.1; server 10.0.0.2; }
# lb2.conf
upstream app { server 10.0.0.1; }
",
            good: "\
# lb1.conf
upstream app { server 10.0.0.1; server 10.0.0.2; }
# lb2.conf
upstream app { server 10.0.0.2; server 10.0.0.1; }
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
# lb1.yaml
static_resources: { clusters: [{ name: app, type: EDS, lb_policy: RANDOM }] }
# lb2.yaml
static_resources: { clusters: [{ name: app, type: EDS }] }
",
            good: "\
# lb1.yaml
static_resources: { clusters: [{ name: app, type: EDS }, { name: b, type: EDS }] }
# lb2.yaml
static_resources: { clusters: [{ type: EDS, name: b }, { type: EDS, name: app }] }
",
        },
        Example { product: Product::Evenkeel, bad: OWN_BAD, good: OWN_GOOD },
    ],
    fix: "Bring the change to all of them, or take it back. What is meant to differ is allowed by \
          a comment in the file that differs.",
};

const OWN_BAD: &str = "\
# lb1.toml
listeners = [{ name = \"web\", address = \"10.0.0.8:80\" }]
routes = [{ pool = \"app\" }]
pools.app.endpoints = [{ name = \"a\", address = \"10.0.0.1:80\", capacity = 100 }]
# lb2.toml
listeners = [{ name = \"web\", address = \"10.0.0.9:80\" }]
routes = [{ pool = \"app\" }]
pools.app.endpoints = [{ name = \"a\", address = \"10.0.0.1:80\", capacity = 400 }]
";

const OWN_GOOD: &str = "\
# lb1.toml
listeners = [{ name = \"web\", address = \"10.0.0.8:80\" }]
routes = [{ pool = \"app\" }]
pools.app.endpoints = [{ name = \"a\", address = \"10.0.0.1:80\", capacity = 100 }]
# lb2.toml
listeners = [{ name = \"web\", address = \"10.0.0.9:80\" }]
routes = [{ pool = \"app\" }]
pools.app.endpoints = [{ name = \"a\", address = \"10.0.0.1:80\" }]
";

/// EKF701
///
/// One configuration by itself has nothing to differ from: [`crate::fleet`] compares.
#[derive(Debug)]
pub(in crate::rules) struct Drift;

impl Rule for Drift {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, _: &Case<'_>, _: &mut Vec<Finding>) {}
}
