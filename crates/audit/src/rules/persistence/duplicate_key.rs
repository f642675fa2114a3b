//! Two servers that a cookie calls by one value.

use std::collections::BTreeMap;

use foreign::haproxy::model::{Config, Proxy};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP101",
    name: "duplicate-persistence-key",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Two servers of a backend have one cookie value.",
    why: "A cookie names a server by its value. Of two servers with one value only the first is \
          ever found again: every session that began at the second goes to the first from its \
          second request on.",
    source: "Measured with HAProxy 2.6: of five servers, two with one value each got 95 to 100 % \
             of the returning users.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie a
  server web2 10.0.0.2:80 cookie a
",
        good: "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie a
  server web2 10.0.0.2:80 cookie b
",
    }],
    fix: "Give each server a value of its own; its name is a good one.",
};

/// EKP101
#[derive(Debug)]
pub(in crate::rules) struct DuplicateKey;

impl Rule for DuplicateKey {
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
    // Dynamic cookies are computed from addresses; what servers say of theirs does not count.
    let keeps = |proxy: &Proxy| proxy.cookie().is_some_and(|cookie| !cookie.value.dynamic);
    for pool in backends(config).filter(|pool| keeps(pool.of)) {
        let proxy = pool.of;
        let mut first = BTreeMap::new();
        for server in &proxy.servers {
            let Some(cookie) = &server.settings.cookie else { continue };
            // A backup may well answer for the server that it stands in for.
            if server.settings.is_backup() {
                continue;
            }
            if let Some((name, span)) =
                first.insert(cookie.value.clone(), (server.name.clone(), cookie.span))
            {
                let what = format!(
                    "servers `{name}` and `{}` of `{}` have the same cookie value `{}`: whoever \
                     comes back to the second goes to the first",
                    server.name, pool.name, cookie.value
                );
                let finding = pool.finding(&DOC, what).at(cookie.span);
                found.push(finding.related(span, format!("the value of `{name}`")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn a_backup_may_stand_in_and_no_cookie_no_harm() {
        let check = |text: &str, count: usize| {
            assert_eq!(
                testing::found(&DuplicateKey, Product::Haproxy, text).len(),
                count,
                "{text}"
            );
        };
        let servers = " server a 10.0.0.1:80 cookie x\n server b 10.0.0.2:80 cookie x";
        check(&format!("backend p\n mode http\n cookie C insert\n{servers} backup\n"), 0);
        check(&format!("backend p\n mode http\n{servers}\n"), 0);
        check(&format!("backend p\n mode http\n cookie C insert\n{servers}\n"), 1);
    }
}
