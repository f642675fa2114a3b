//! A bound for hashes that only a ring has.

use std::collections::BTreeSet;

use foreign::haproxy::model::{Config, HashMethod};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA310",
    name: "hash-balance-factor-ignored",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "`hash-balance-factor` bounds a hash that is not consistent.",
    why: "Only a consistent hash looks at the factor. With the table that is the default, a hot \
          key loads its server without bound, though a bound is written.",
    source: "HAProxy's manual on `hash-balance-factor`; `haproxy -c` 2.6 is silent [ran].",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend images
  mode http
  balance uri
  hash-balance-factor 150
  server cache1 10.0.0.1:80
  server cache2 10.0.0.2:80
",
        good: "\
backend images
  mode http
  balance uri
  hash-type consistent
  hash-balance-factor 150
  server cache1 10.0.0.1:80
  server cache2 10.0.0.2:80
",
    }],
    fix: "Add `hash-type consistent`.",
};

/// EKA310
#[derive(Debug)]
pub(in crate::rules) struct FactorIgnored;

impl Rule for FactorIgnored {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Haproxy(config) = &case.subject.parsed {
            haproxy(config, found);
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    for pool in backends(config).filter(|pool| pool.servers.len() > 1) {
        let proxy = pool.of;
        let factor = proxy.settings.hash_balance_factor.filter(|factor| factor.value > 0);
        let method = proxy.settings.hash_type.map_or(HashMethod::MapBased, |it| it.value.method);
        let is_table = config.algorithm(proxy).is_hash() && method == HashMethod::MapBased;
        let Some(factor) = factor.filter(|factor| is_table && told.insert(factor.span)) else {
            continue;
        };
        let what = format!(
            "the hash of `{}` is not consistent and looks at no factor: a server may get any \
             multiple of the mean, not {} %",
            pool.name, factor.value
        );
        found.push(pool.finding(&DOC, what).at(factor.span));
    }
}
