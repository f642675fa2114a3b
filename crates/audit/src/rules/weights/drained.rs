//! Servers that are drained and still keep their users.

use foreign::haproxy::model::{Config, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, is_sent_to, named};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKW207",
    name: "drained-keeps-sessions",
    severity: Severity::Info,
    needs: Needs::Text,
    what: "A server of weight 0 has a cookie value, or its backend a stick table.",
    why: "Weight 0 ends new sessions, not those that are bound. Whoever has the cookie still comes \
          to the server, so that it is not free of traffic before the last of them has gone; \
          taken off the net then, it takes their sessions with it.",
    source: "haproxy#2894, and HAProxy's manual on `weight`: a server of weight 0 takes part in \
             no balancing and still takes persistent connections.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  cookie SRV insert indirect nocache maxlife 8h
  server web1 10.0.0.1:80 cookie web1 weight 0
  server web2 10.0.0.2:80 cookie web2
",
        good: "\
backend portal
  mode http
  cookie SRV insert indirect nocache maxlife 8h
  server web1 10.0.0.1:80 cookie web1 disabled
  server web2 10.0.0.2:80 cookie web2
",
    }],
    fix: "Wait until its sessions have ended, or write `disabled`: they then go to the others.",
};

/// EKW207
#[derive(Debug)]
pub(in crate::rules) struct Drained;

impl Rule for Drained {
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
    for pool in backends(config).filter(|pool| !pool.servers.is_empty()) {
        let proxy = pool.of;
        let cookie = proxy.cookie();
        let is_kept = |server: &&Server| {
            let by_cookie =
                cookie.is_some_and(|it| it.value.dynamic || server.settings.cookie.is_some());
            by_cookie || !proxy.stick_rules.is_empty()
        };
        let is_drained = |server: &&Server| {
            let settings = &server.settings;
            let is_off = settings.is_disabled() || settings.is_backup();
            settings.weight() == 0 && !is_off && !is_sent_to(proxy, server)
        };
        let drained = proxy.servers.iter().filter(is_drained).filter(is_kept);
        let drained: Vec<&Server> = drained.collect();
        let Some(first) = drained.first() else { continue };
        let what = format!(
            "{} of `{}` {} weight 0 and still {} those who are bound there",
            named(drained.iter().map(|server| &server.name)),
            pool.name,
            if drained.len() == 1 { "has" } else { "have" },
            if drained.len() == 1 { "takes" } else { "take" },
        );
        let span = first.settings.weight.map_or(first.span, |weight| weight.span);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn only_who_is_bound_still_comes() {
        let check = |head: &str, servers: &str, count: usize| {
            let text = format!("backend p\n mode http\n{head} server a 10.0.0.1:80 {servers}\n");
            let found = testing::found(&Drained, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let b = "\n server b 10.0.0.2:80 cookie b";
        check(" cookie C insert\n", &format!("cookie a weight 0{b}"), 1);
        check(" cookie C insert\n", &format!("weight 0{b}"), 0);
        check("", &format!("cookie a weight 0{b}"), 0);
        check(" stick-table type ip size 1k\n stick on src\n", &format!("weight 0{b}"), 1);
        check(" cookie C insert\n", "cookie a weight 0", 0);
        let rule = " cookie C insert\n use-server a if { path /a }\n";
        check(rule, &format!("cookie a weight 0{b}"), 0);
    }
}
