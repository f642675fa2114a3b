//! Clusters of which every server may be put out.

use foreign::envoy::model::Config;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::clusters;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH404",
    name: "no-ejection-floor",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "All servers may be ejected, and there is no panic threshold below which they are \
          used all the same.",
    why: "An error that all servers share, such as a database that is away, ejects them all: \
          what would have been some errors is an outage.",
    source: "envoy#2671: with every server ejected only the panic threshold keeps them in use; \
             istio#20135: without it every request gets `no healthy upstream`.",
    examples: &[Example {
        product: Product::Envoy,
        bad: "\
static_resources:
  clusters:
  - name: app
    type: STRICT_DNS
    common_lb_config:
      healthy_panic_threshold: { value: 0 }
    outlier_detection: { max_ejection_percent: 100 }
",
        good: "\
static_resources:
  clusters:
  - name: app
    type: STRICT_DNS
    common_lb_config:
      healthy_panic_threshold: { value: 50 }
    outlier_detection: { max_ejection_percent: 100 }
",
    }],
    fix: "Leave `max_ejection_percent` at 10 to 50, or the panic threshold at 50.",
};

/// EKH404
#[derive(Debug)]
pub(in crate::rules) struct NoFloor;

impl Rule for NoFloor {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Envoy(configs) = &case.subject.parsed {
            envoy(configs, found);
        }
    }
}

fn envoy(configs: &[Config], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let Some(outlier) = &cluster.outlier else { continue };
        let panic = &cluster.overall.panic_threshold;
        if outlier.max_ejection_percent.value < 100 || panic.value > 0.0 {
            continue;
        }
        let name = pool.name;
        let what = format!("all servers of `{name}` may be ejected, and then none is used");
        let place = outlier.max_ejection_percent.span.or(panic.span).unwrap_or(cluster.span);
        found.push(pool.finding(&DOC, what).at(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn either_limit_is_enough() {
        let check = |ejection: &str, panic: &str, count: usize| {
            let text = format!(
                "static_resources:\n  clusters:\n  - name: a\n    outlier_detection: \
                 {ejection}\n    common_lb_config: {panic}\n"
            );
            let found = testing::found(&NoFloor, Product::Envoy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let none = "{ healthy_panic_threshold: { value: 0 } }";
        check("{ max_ejection_percent: 100 }", none, 1);
        check("{}", none, 0);
        check("{ max_ejection_percent: 100 }", "{}", 0);
    }
}
