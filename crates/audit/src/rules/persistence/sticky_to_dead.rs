//! Cookies that lead to servers that are down, with no way back.

use foreign::Sources;
use foreign::haproxy::model::Config;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::edits::line_after;
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP106",
    name: "sticky-to-dead-server",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "`option persist` sends sessions to servers that are down, and without `option \
           redispatch` they stay there.",
    why: "With `option persist` the cookie counts even when its server is down. Only `option \
          redispatch` lets a request go elsewhere after failed attempts. Without it all users of \
          a dead server get 503 until the server returns or their cookie ends.",
    source: "HAProxy's manual on `option persist`; the weight of it is a judgement.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  option persist
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie web1 check
  server web2 10.0.0.2:80 cookie web2 check
",
        good: "\
backend portal
  mode http
  option persist
  option redispatch
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie web1 check
  server web2 10.0.0.2:80 cookie web2 check
",
    }],
    fix: "Add `option redispatch`, or take `option persist` out.",
};

/// EKP106
#[derive(Debug)]
pub(in crate::rules) struct StickyToDead;

impl Rule for StickyToDead {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Haproxy(config) = &case.subject.parsed {
            haproxy(config, case.subject.sources(), found);
        }
    }
}

fn haproxy(config: &Config, sources: &Sources, found: &mut Vec<Finding>) {
    for pool in backends(config) {
        let proxy = pool.of;
        let settings = &proxy.settings;
        let Some(persist) = settings.option("persist").filter(|said| said.value.is_on) else {
            continue;
        };
        let keeps = proxy.cookie().is_some() || settings.persist_rdp_cookie.is_some();
        let count = pool.servers.len();
        if !keeps || count < 2 || settings.redispatch().is_some() {
            continue;
        }
        let what = format!(
            "sessions of `{}` are sent to their server even when it is down, and never to another \
             one of the {count}: whoever was there gets 503",
            pool.name
        );
        let finding = pool.finding(&DOC, what).at(persist.span);
        // What somebody has switched off is not switched on without asking.
        found.push(match settings.option("redispatch") {
            None => finding.fix(
                "let requests go elsewhere when their server is down",
                vec![line_after(sources, persist.span, "option redispatch")],
            ),
            Some(_) => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn only_kept_sessions_die_with_their_server() {
        let check = |lines: &str, count: usize| {
            let servers = "server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b";
            let text = format!("backend p\n mode http\n {lines}\n {servers}\n");
            let found = testing::found(&StickyToDead, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("option persist", 0);
        check("cookie C insert", 0);
        check("option persist\n cookie C insert", 1);
        check("option persist\n cookie C insert\n option redispatch 1", 0);
        check("option persist\n cookie C insert\n no option persist", 0);
    }

    #[test]
    fn what_is_switched_off_is_left_to_people() {
        let servers = "server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b";
        let text = |lines: &str| format!("backend p\n mode http\n {lines}\n {servers}\n");
        let is_offered = |lines: &str| {
            let found = testing::found(&StickyToDead, Product::Haproxy, &text(lines));
            found[0].fix.is_some()
        };
        assert!(is_offered("option persist\n cookie C insert"));
        assert!(!is_offered("option persist\n cookie C insert\n no option redispatch"));
    }
}
