//! One server after the other, where the first is never full.

use foreign::haproxy::model::{Algorithm, Config};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::backends;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA312",
    name: "first-without-maxconn",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "`balance first` fills servers that have no `maxconn`.",
    why: "The next server is used when the one before it is full, and a server without `maxconn` \
          never is. The first one gets everything until it breaks. Where the others are to stand \
          by, `backup` says so.",
    source: "HAProxy's manual on `balance first`: without `maxconn` it makes no sense.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend batch
  balance first
  server job1 10.0.0.1:80
  server job2 10.0.0.2:80
",
        good: "\
backend batch
  balance first
  server job1 10.0.0.1:80 maxconn 50
  server job2 10.0.0.2:80 maxconn 50
",
    }],
    fix: "Give each server the `maxconn` that it can bear.",
};

/// EKA312
#[derive(Debug)]
pub(in crate::rules) struct FirstWithoutLimit;

impl Rule for FirstWithoutLimit {
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
        if config.algorithm(proxy) != Algorithm::First {
            continue;
        }
        let servers = &pool.servers;
        let open = servers.iter().position(|server| server.settings.connections_max().is_none());
        let Some(at) = open.filter(|at| at + 1 < servers.len()) else { continue };
        let behind = match servers.len() - at - 1 {
            1 => "the server behind it gets".to_owned(),
            count => format!("the {count} servers behind it get"),
        };
        let what = format!(
            "`{}` of `{}` has no `maxconn` and is never full: {behind} nothing as long as it is up",
            servers[at].name, pool.name,
        );
        let finding = pool.finding(&DOC, what).at(servers[at].span);
        let balance = proxy.settings.balance.as_ref();
        found.push(match balance {
            Some(balance) => finding.related(balance.span, "one after the other"),
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    /// Goal: the last server may be without a limit: it is the rest's.
    #[test]
    fn who_has_servers_behind_it_needs_a_limit() {
        let check = |first: &str, second: &str, count: usize| {
            let text = format!(
                "backend p\n balance first\n server a 10.0.0.1:1 {first}\n server b \
                         10.0.0.2:1 {second}\n"
            );
            let found = testing::found(&FirstWithoutLimit, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("", "", 1);
        check("maxconn 5", "", 0);
        check("", "maxconn 5", 1);
        check("", "backup", 0);
    }

    #[test]
    fn one_server_is_told_as_one() {
        let text = "backend p\n balance first\n server a 10.0.0.1:1\n server b 10.0.0.2:1\n";
        let found = testing::found(&FirstWithoutLimit, Product::Haproxy, text);
        assert!(found[0].what.contains("the server behind it gets nothing"), "{found:?}");
    }
}
