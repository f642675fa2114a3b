//! Rings and tables of Envoy's that are too small for their servers.

use foreign::envoy::model::{Config, Policy};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::clusters;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA311",
    name: "hash-table-too-small",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A ring or a Maglev table has too few entries for the servers, or a Maglev table a size \
           that is no prime.",
    why: "A server's share is its number of entries. With ten entries each, shares differ by a \
          third from chance alone; with fewer entries than servers some get nothing. A table \
          whose size is no prime cannot be filled, and Envoy refuses it when the cluster comes.",
    source: "Envoy's documentation of Maglev: a hundred entries for each server; the spread of \
             random points on a ring, 1/√entries.",
    examples: &[Example {
        product: Product::Envoy,
        bad: "\
static_resources:
  clusters:
  - name: portal
    type: EDS
    lb_policy: MAGLEV
    maglev_lb_config: { table_size: 1000 }
",
        good: "\
static_resources:
  clusters:
  - name: portal
    type: EDS
    lb_policy: MAGLEV
    maglev_lb_config: { table_size: 65537 }
",
    }],
    fix: "Leave the sizes out: Envoy's own are 1,024 entries at least, and 65,537.",
};

/// EKA311
#[derive(Debug)]
pub(in crate::rules) struct SmallTable;

impl Rule for SmallTable {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Envoy(configs) = &case.subject.parsed {
            envoy(configs, found);
        }
    }
}

/// Fewer entries for each server make shares that are a third too large or too small.
const EACH_MIN: u64 = 10;

fn envoy(configs: &[Config], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let name = pool.name;
        let count = pool.servers.len() as u64;
        let (entries, is_table) = match &cluster.policy.value {
            // It grows from the least size on, as far as it may, when there are many servers.
            Policy::RingHash { max, .. } if !max.is_default() => (max, false),
            Policy::Maglev { table, .. } => (table, true),
            _ => continue,
        };
        let what = if is_table && !is_prime(entries.value) {
            format!("the table of `{name}` has {} entries, which is no prime", entries.value)
        } else if entries.value < count.saturating_mul(EACH_MIN) {
            format!(
                "{} entries of `{name}` are {:.1} for each of {count} servers: their shares differ \
                 by chance",
                entries.value,
                entries.value as f64 / count as f64
            )
        } else {
            continue;
        };
        found.push(pool.finding(&DOC, what).at(entries.span));
    }
}

fn is_prime(number: u64) -> bool {
    // Envoy takes no table above 5,000,011.
    let roots = (2..).take_while(|root| root * root <= number.min(5_000_011));
    number > 1 && roots.into_iter().all(|root: u64| !number.is_multiple_of(root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn ten_entries_for_each() {
        let check = |config: &str, servers: usize, count: usize| {
            let endpoint = |at: usize| {
                format!(
                    "        - endpoint: {{ address: {{ socket_address: {{ address: 10.0.0.{at}, \
                     port_value: 80 }} }} }}\n"
                )
            };
            let endpoints: String = (1..=servers).map(endpoint).collect();
            let text = format!(
                "static_resources:\n  clusters:\n  - name: p\n    {config}\n    \
                 load_assignment:\n      cluster_name: p\n      endpoints:\n      - \
                 lb_endpoints:\n{endpoints}"
            );
            let found = testing::found(&SmallTable, Product::Envoy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let ring = |max| format!("lb_policy: RING_HASH\n    ring_hash_lb_config: {max}");
        check(&ring("{ minimum_ring_size: 1, maximum_ring_size: 20 }"), 3, 1);
        check(&ring("{ minimum_ring_size: 1, maximum_ring_size: 30 }"), 3, 0);
        check(&ring("{ minimum_ring_size: 1 }"), 3, 0);
        let maglev =
            |size| format!("lb_policy: MAGLEV\n    maglev_lb_config: {{ table_size: {size} }}");
        check(&maglev(31), 3, 0);
        check(&maglev(33), 3, 1);
        check(&maglev(29), 3, 1);
    }

    #[test]
    fn primes() {
        let primes: Vec<u64> = (0..30).filter(|number| is_prime(*number)).collect();
        assert_eq!(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
        assert!(is_prime(65_537) && !is_prime(65_536));
    }
}
