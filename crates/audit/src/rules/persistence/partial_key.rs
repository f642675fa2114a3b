//! Servers without a value for the cookie that is to bring sessions back to them.

use foreign::haproxy::model::{Config, Cookie, CookieMode, Proxy, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, named};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP102",
    name: "partial-persistence-key",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A backend keeps sessions by a cookie, and some of its servers have no value for it.",
    why: "A server without a value cannot be named by the cookie. Whoever lands there is balanced \
          anew with each request, loses what the server knew of the session, and drifts to the \
          servers that have a value: these keep everybody who ever comes by.",
    source: "HAProxy's manual on `cookie` of `server`: without a value no cookie is inserted, and \
             one that is there is taken away. That the rest drifts is a judgement.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80
",
        good: "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
    }],
    fix: "Give each server a value of its own. For `server-template`, use `dynamic` with \
          `dynamic-cookie-key`: it makes values of addresses.",
};

/// EKP102
#[derive(Debug)]
pub(in crate::rules) struct PartialKey;

impl Rule for PartialKey {
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
    for pool in backends(config) {
        let proxy = pool.of;
        let Some(cookie) = proxy.cookie().filter(|cookie| names_servers(&cookie.value)) else {
            continue;
        };
        let servers = &pool.servers;
        let (with, without): (Vec<&Server>, Vec<&Server>) =
            servers.iter().copied().partition(|server| server.settings.cookie.is_some());
        // What all proxies inherit is not meant for each of them.
        let is_own = cookie.span.file == proxy.span.file && cookie.span.start > proxy.span.start;
        if without.is_empty() || servers.len() < 2 || (with.is_empty() && !is_own) {
            continue;
        }
        found.push(finding(proxy, &with, &without).related(cookie.span, "the cookie"));
    }
}

/// Whether its values are those of the servers' lines.
fn names_servers(cookie: &Cookie) -> bool {
    !cookie.dynamic && matches!(cookie.mode, Some(CookieMode::Insert | CookieMode::Prefix))
}

fn finding(proxy: &Proxy, with: &[&Server], without: &[&Server]) -> Finding {
    let all = with.len() + without.len();
    let what = match with.is_empty() {
        true => format!(
            "no server of `{}` has a value for the cookie: of its {all} servers, none is ever \
             found again",
            proxy.name
        ),
        false => format!(
            "{} of {all} servers of `{}` have no cookie value, {}: sessions that land there are \
             balanced anew with each request until one of the other {} keeps them",
            without.len(),
            proxy.name,
            named(without.iter().map(|server| &server.name)),
            with.len()
        ),
    };
    Finding::new(&DOC, what).at(without.first().map(|server| server.span)).of(proxy.name.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn check(text: &str, count: usize) {
        assert_eq!(testing::found(&PartialKey, Product::Haproxy, text).len(), count, "{text}");
    }

    #[test]
    fn backups_and_single_servers_need_no_value() {
        let head = "backend p\n mode http\n cookie C insert\n server a 10.0.0.1:80 cookie a\n";
        check(&format!("{head} server b 10.0.0.2:80 backup\n"), 0);
        check(&format!("{head} server b 10.0.0.2:80 disabled\n"), 0);
        check(&format!("{head} server b 10.0.0.2:80\n server c 10.0.0.3:80\n"), 1);
        check("backend p\n mode http\n cookie C insert\n server a 10.0.0.1:80\n", 0);
    }

    #[test]
    fn a_template_without_values_keeps_nobody() {
        let check = |cookie: &str, count: usize| {
            let template = "server-template web 5 web.example:80 check";
            check(&format!("backend p\n mode http\n cookie C {cookie}\n {template}\n"), count);
        };
        check("insert", 1);
        check("insert dynamic", 0);
    }

    /// Goal: what `defaults` say is not held against backends that ignore it.
    #[test]
    fn an_inherited_cookie_asks_for_nothing() {
        let defaults = "defaults\n mode http\n cookie C insert\nbackend p\n";
        let servers = " server a 10.0.0.1:80\n server b 10.0.0.2:80";
        check(&format!("{defaults}{servers}\n"), 0);
        check(&format!("{defaults}{servers} cookie b\n"), 1);
    }
}
