//! Persistence cookies that a cache may hand to everybody.

use std::collections::BTreeSet;

use foreign::haproxy::model::{Config, CookieMode};
use foreign::{Placed, Span};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP107",
    name: "cacheable-cookie",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "`cookie … insert` has neither `nocache` nor `postonly`.",
    why: "The cookie then stands in answers that a cache between HAProxy and its users may keep. \
          One cached answer gives everybody who gets it the same cookie, and with it the same \
          server.",
    source: "HAProxy's manual on `cookie`: insert mode is to be used with `nocache` or `postonly`, \
             because a cacheable page would give all users one server.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  cookie SRV insert indirect
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
        good: "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
    }],
    fix: "Add `nocache`.",
};

/// EKP107
#[derive(Debug)]
pub(in crate::rules) struct CacheableCookie;

impl Rule for CacheableCookie {
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
    for pool in backends(config) {
        let proxy = pool.of;
        let Some(cookie) = proxy.cookie() else { continue };
        let said = &cookie.value;
        let is_safe = said.mode != Some(CookieMode::Insert) || said.nocache || said.postonly;
        // `checkcache` refuses cacheable answers that have a cookie.
        if is_safe || proxy.settings.has_option("checkcache") {
            continue;
        }
        let servers = &pool.servers;
        let has_values =
            said.dynamic || servers.iter().any(|server| server.settings.cookie.is_some());
        if servers.len() < 2 || !has_values || !told.insert(cookie.span) {
            continue;
        }
        let what = format!(
            "answers of `{}` that set the cookie `{}` may be cached: everybody who gets such an \
             answer from a cache comes to one of its {} servers",
            pool.name,
            said.name,
            servers.len()
        );
        let end = Span { start: cookie.span.end, ..cookie.span };
        let edit = vec![Placed::new(" nocache".to_owned(), end)];
        let finding = pool.finding(&DOC, what).at(cookie.span);
        found.push(finding.fix("mark answers that set the cookie as not to be cached", edit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn found(cookie: &str) -> Vec<Finding> {
        let servers = "server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b";
        let text = format!("backend p\n mode http\n {cookie}\n {servers}\n");
        testing::found(&CacheableCookie, Product::Haproxy, &text)
    }

    #[test]
    fn only_inserted_cookies_that_may_be_cached() {
        let check = |cookie: &str, count: usize| assert_eq!(found(cookie).len(), count, "{cookie}");
        check("cookie C insert", 1);
        check("cookie C insert postonly", 0);
        check("cookie C prefix", 0);
        check("cookie C insert\n option checkcache", 0);
    }

    /// Goal: one line of `defaults` is one finding. Method: two backends.
    #[test]
    fn an_inherited_line_is_told_once() {
        let backend = |name: &str| {
            let servers = " server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b\n";
            format!("backend {name}\n{servers}")
        };
        let text =
            format!("defaults\n mode http\n cookie C insert\n{}{}", backend("p"), backend("q"));
        let found = testing::found(&CacheableCookie, Product::Haproxy, &text);
        assert_eq!(found.len(), 1);
    }

    /// Goal: the change that is offered ends the finding.
    #[test]
    fn the_fix_stands_behind_the_line() {
        let found = found("cookie C insert indirect # why");
        let edit = found[0].fix.as_ref().unwrap();
        let at = edit.parts[0].span;
        let before = "backend p\n mode http\n cookie C insert indirect".len() as u32;
        assert_eq!((at.start, at.end, edit.parts[0].value.as_str()), (before, before, " nocache"));
    }
}
