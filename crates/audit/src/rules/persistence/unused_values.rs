//! Cookie values that no cookie carries.

use foreign::haproxy::model::{Config, Mode, Proxy, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP108",
    name: "unused-cookie-values",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Servers have cookie values, and their backend has no `cookie` line, or speaks TCP.",
    why: "The values are there to bring sessions back to their server, and nothing does: each \
          request is balanced anew. A backend that was copied, or a `mode` that was changed, is \
          enough.",
    source: "`haproxy -c` 2.6 says nothing of values without a cookie in HTTP; in TCP it warns \
             [ran].",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  balance roundrobin
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
        good: "\
backend portal
  mode http
  balance roundrobin
  cookie SRV insert indirect nocache maxlife 8h
  server web1 10.0.0.1:80 cookie web1
  server web2 10.0.0.2:80 cookie web2
",
    }],
    fix: "Add the `cookie` line, or take the values out.",
};

/// EKP108
#[derive(Debug)]
pub(in crate::rules) struct UnusedValues;

impl Rule for UnusedValues {
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
        let servers = &pool.servers;
        let valued: Vec<&&Server> =
            servers.iter().filter(|server| server.settings.cookie.is_some()).collect();
        let Some(first) = valued.first().filter(|_| valued.len() > 1) else { continue };
        let why = match (proxy.mode(), proxy.settings.cookie.is_some()) {
            (Mode::Http, false) if !is_elsewhere(config, proxy) => "there is no `cookie` line",
            // Where nothing is said, the mode may be that of `defaults` in another file.
            (Mode::Tcp, _) if proxy.settings.mode.is_some() => "TCP has no cookies",
            _ => continue,
        };
        let what = format!(
            "{} servers of `{}` have cookie values, and {why}: no session comes back to its server",
            valued.len(),
            pool.name
        );
        let span = first.settings.cookie.as_ref().map(|cookie| cookie.span);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

/// Whether something else uses the values: `appsession` did, up to 1.5.
fn is_elsewhere(config: &Config, proxy: &Proxy) -> bool {
    let section = config.sections.get(proxy.section);
    let keyed = |word: &str| {
        section.is_some_and(|it| it.statements.iter().any(|line| line.keyword() == word))
    };
    keyed("appsession") || !proxy.stick_rules.is_empty() || !proxy.use_servers.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn values_need_a_cookie() {
        let check = |lines: &str, count: usize| {
            let servers = "server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80 cookie b";
            let text = format!("backend p\n {lines}\n {servers}\n");
            let found = testing::found(&UnusedValues, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("mode http", 1);
        check("mode tcp\n cookie C insert", 1);
        check("balance roundrobin", 0);
        check("mode http\n cookie C", 0);
        check("mode http\n stick-table type ip size 1k\n stick on src", 0);
    }
}
