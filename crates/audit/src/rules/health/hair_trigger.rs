//! Servers that one failure puts out.

use foreign::haproxy::model::Config;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH402",
    name: "hair-trigger-eject",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "One failed check puts a server out.",
    why: "One lost packet or one slow answer moves the server's whole load to the others. \
          Under load that makes them slow in turn, and they go out one after the other.",
    source: "Judgement; HAProxy's own default is 3 failures.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend app
  server a 10.0.0.1:80 check fall 1
  server b 10.0.0.2:80 check fall 1
",
        good: "\
backend app
  server a 10.0.0.1:80 check fall 3
  server b 10.0.0.2:80 check fall 3
",
    }],
    fix: "Ask for 2 or 3 failures in a row, and shorten the interval if that takes too long.",
};

/// EKH402
#[derive(Debug)]
pub(in crate::rules) struct HairTrigger;

impl Rule for HairTrigger {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            _ => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for proxy in config.backends() {
        let used = |server: &&foreign::haproxy::model::Server| {
            !server.settings.is_backup() && !server.settings.is_disabled()
        };
        let used: Vec<_> = proxy.servers.iter().filter(used).collect();
        if used.len() < 2 {
            continue;
        }
        let is_hair = |settings: &foreign::haproxy::model::ServerSettings| {
            settings.is_checked() && settings.fall.is_some_and(|fall| fall.value == 1)
        };
        let Some(first) = used.iter().find(|server| is_hair(&server.settings)) else { continue };
        let what = format!(
            "one failed check puts `{}` of `{}` out, and its load onto the others",
            first.name, proxy.name
        );
        let place = first.settings.fall.map_or(first.span, |fall| fall.span);
        found.push(Finding::new(&DOC, what).at(place).of(proxy.name.as_ref()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn what_is_not_checked_has_no_trigger() {
        assert_eq!(
            testing::found(
                &HairTrigger,
                Product::Haproxy,
                "backend p\n server a 10.0.0.1:80 fall 1\n server b 10.0.0.2:80\n"
            )
            .len(),
            0
        );
        assert_eq!(
            testing::found(
                &HairTrigger,
                Product::Haproxy,
                "backend p\n server a 10.0.0.1:80 check fall 1\n"
            )
            .len(),
            0
        );
    }
}
