//! Servers that one failure puts out.

use foreign::Span;
use foreign::envoy::model::Config as Envoy;
use foreign::haproxy::model::{Config, Proxy, ServerSettings};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, clusters};
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

static DOC: Doc = Doc {
    id: "EKH402",
    name: "hair-trigger-eject",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A single failure puts a server out.",
    why: "One lost packet or one slow answer moves the server's whole load to the others. \
          Under load that makes them slow in turn, and they go out one after the other.",
    source: "Judgement. HAProxy asks for 3 failed checks unless told otherwise, Envoy and Evenkeel \
             for 5 failed requests.",
    examples: &[
        Example {
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
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: app
    type: EDS
    outlier_detection: { consecutive_5xx: 1 }
",
            good: "\
static_resources:
  clusters:
  - name: app
    type: EDS
    outlier_detection: { consecutive_5xx: 5 }
",
        },
        Example {
            product: Product::Evenkeel,
            bad: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"app\"
[pools.app]
probe = { fall = 1 }
endpoints = [
  { name = \"a\", address = \"10.0.0.1:80\" },
  { name = \"b\", address = \"10.0.0.2:80\" },
]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"app\"
[pools.app]
probe = { fall = 3 }
endpoints = [
  { name = \"a\", address = \"10.0.0.1:80\" },
  { name = \"b\", address = \"10.0.0.2:80\" },
]
",
        },
    ],
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
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Evenkeel(own) => evenkeel(own, found),
            Parsed::Nginx(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config) {
        let proxy = pool.of;
        let servers = &pool.servers;
        if servers.len() < 2 || seeks_the_first(proxy) {
            continue;
        }
        let hit = servers.iter().find_map(|it| Some((it, hair(&it.settings)?)));
        let Some((server, (what, span))) = hit else { continue };
        let what = format!(
            "one {what} puts `{}` of `{}` out, and its load onto the others",
            server.name, pool.name
        );
        found.push(pool.finding(&DOC, what).at(span));
    }
}

/// What a server needs a single one of to go out.
fn hair(settings: &ServerSettings) -> Option<(&'static str, Span)> {
    if !settings.is_checked() {
        return None;
    }
    if let Some(fall) = settings.fall.filter(|fall| fall.value == 1) {
        return Some(("failed check", fall.span));
    }
    let limit = settings.error_limit.filter(|limit| limit.value == 1)?;
    let is_watched = settings.observe.as_ref().is_some_and(|it| it.value.as_ref() != "none");
    let marks = settings.on_error.as_ref().is_some_and(|it| it.value.as_ref() == "mark-down");
    (is_watched && marks).then_some(("bad answer", limit.span))
}

/// Whether the checks look for the one server that leads: it has all the load, and the others have
/// none that it could fall onto.
fn seeks_the_first(proxy: &Proxy) -> bool {
    let rules = proxy.settings.check_rules().iter().flat_map(|rule| rule.value.words.iter());
    let options = proxy.settings.option("httpchk").into_iter();
    let words = rules.chain(options.flat_map(|said| said.value.arguments.iter()));
    words.into_iter().any(|word| {
        ["master", "primary", "leader", "read-write"].iter().any(|name| word.contains(name))
    })
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let name = pool.name;
        // Of what discovery finds the number is not known.
        if cluster.discovery.value == "STATIC" && pool.servers.len() < 2 {
            continue;
        }
        let outlier = cluster.outlier.as_ref().filter(|outlier| {
            outlier.consecutive_5xx.value == 1
                && outlier.enforcing_5xx.value > 0
                && outlier.max_ejection_percent.value > 0
        });
        let check = cluster.checks.iter().find(|check| check.unhealthy.value == 1);
        let (what, span) = match (outlier, check) {
            (Some(outlier), _) => ("request with a 5xx", outlier.consecutive_5xx.span),
            (None, Some(check)) => ("failed check", check.unhealthy.span),
            (None, None) => continue,
        };
        let what =
            format!("one {what} puts a server of `{name}` out, and its load onto the others");
        found.push(pool.finding(&DOC, what).at(span));
    }
}

fn evenkeel(own: &Own, found: &mut Vec<Finding>) {
    for (name, pool) in own.settings.pools.iter().filter(|(_, pool)| pool.endpoints.len() > 1) {
        let is_hair = pool.probe.as_ref().is_some_and(|probe| probe.fall == 1);
        let ejects = pool.ejection.consecutive == 1 && pool.ejection.max_share > 0.0;
        let (what, span) = match (is_hair, ejects) {
            (true, _) => ("failed probe", own.value(&["pools", name, "probe", "fall"])),
            (_, true) => ("failed request", own.value(&["pools", name, "ejection", "consecutive"])),
            _ => continue,
        };
        let what =
            format!("one {what} puts an endpoint of `{name}` out, and its load onto the others");
        found.push(Finding::new(&DOC, what).at(span).of(name.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn what_is_not_checked_has_no_trigger() {
        let check = |lines: &str, servers: &str, count: usize| {
            let text = format!(
                "backend p\n{lines} default-server {servers}\n server a 10.0.0.1:80\n server b \
                 10.0.0.2:80\n"
            );
            let found = testing::found(&HairTrigger, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("", "check fall 1", 1);
        check("", "fall 1", 0);
        check("", "check fall 2", 0);
        check("", "check observe layer7 error-limit 1 on-error mark-down", 1);
        check("", "check observe layer7 error-limit 1 on-error fastinter", 0);
        check("", "check observe layer7 on-error mark-down", 0);
        check(" option tcp-check\n tcp-check expect string role:master\n", "check fall 1", 0);
        check(" option httpchk GET /primary\n", "check fall 1", 0);
        let alone = "backend p\n server a 10.0.0.1:80 check fall 1\n";
        assert!(testing::found(&HairTrigger, Product::Haproxy, alone).is_empty());
    }
}
