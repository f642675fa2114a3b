//! Checks that are so far apart that a dead server is used for a minute or longer.

use foreign::Span;
use foreign::envoy::model::{Config as Envoy, HealthCheck};
use foreign::haproxy::model::{Config, ServerSettings};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, clusters};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH406",
    name: "slow-to-notice",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A dead server is used for a minute or longer before checks put it out.",
    why: "Until then its share of all requests fails or waits, and with sessions that are kept \
          these are the same users all the time.",
    source: "Judgement. With what HAProxy takes unless told otherwise, a check every 2 s of which \
             3 have to fail, it is 6 s.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend app
  default-server check inter 30s fall 3
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
            good: "\
backend app
  default-server check inter 30s fastinter 2s fall 3
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: app
    type: STRICT_DNS
    health_checks:
    - timeout: 1s
      interval: 60s
      unhealthy_threshold: 3
      healthy_threshold: 2
      tcp_health_check: {}
",
            good: "\
static_resources:
  clusters:
  - name: app
    type: STRICT_DNS
    outlier_detection: {}
    health_checks:
    - timeout: 1s
      interval: 60s
      unhealthy_threshold: 3
      healthy_threshold: 2
      tcp_health_check: {}
",
        },
    ],
    fix: "Check every few seconds. HAProxy: at least `fastinter`, which counts from the first \
          failure on. Envoy: `outlier_detection`, which sees requests fail.",
};

/// EKH406
#[derive(Debug)]
pub(in crate::rules) struct SlowToNotice;

impl Rule for SlowToNotice {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Nginx(_) | Parsed::Evenkeel(_) => {}
        }
    }
}

const SLOW_MS: u64 = 60_000;

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config).filter(|pool| pool.servers.len() > 1) {
        let slow = pool.servers.iter().find_map(|it| Some((it, slow(&it.settings)?)));
        let Some((server, (time_ms, span))) = slow else { continue };
        let what = told(&format!("`{}` of `{}`", server.name, pool.name), time_ms);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

/// How long it may take until a server is out, where that is long.
fn slow(settings: &ServerSettings) -> Option<(u64, Span)> {
    let inter = settings.inter_ms?;
    let observed = settings.observe.as_ref().is_some_and(|it| it.value.as_ref() != "none");
    // What users meet, or an agent says, puts it out sooner.
    let is_told = observed || settings.agent_check.is_some_and(|asked| asked.value);
    let fall = settings.fall.map_or(3, |fall| fall.value);
    let later = settings.fastinter_ms.map_or(inter.value, |fast| fast.value);
    let time_ms = inter.value.saturating_add(later.saturating_mul(fall.saturating_sub(1)));
    (settings.is_checked() && !is_told && time_ms >= SLOW_MS).then_some((time_ms, inter.span))
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let is_alone = pool.of.discovery.value == "STATIC" && pool.servers.len() < 2;
        // One check that is quick is enough.
        let quickest = pool.of.checks.iter().min_by_key(|check| time_ms(check));
        let Some(check) = quickest.filter(|_| !is_alone && pool.of.outlier.is_none()) else {
            continue;
        };
        if time_ms(check) >= SLOW_MS {
            let what = told(&format!("a server of `{}`", pool.name), time_ms(check));
            let span = check.interval_ms.span.unwrap_or(check.span);
            found.push(pool.finding(&DOC, what).at(span));
        }
    }
}

fn time_ms(check: &HealthCheck) -> u64 {
    check.interval_ms.value.saturating_mul(check.unhealthy.value)
}

fn told(who: &str, time_ms: u64) -> String {
    format!(
        "{who} is used for up to {} s after it has died, until checks put it out",
        time_ms / 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn the_time_is_what_counts() {
        let check = |words: &str, count: usize| {
            let text = format!(
                "backend p\n default-server {words}\n server a 10.0.0.1:80\n server b 10.0.0.2:80\n"
            );
            let found = testing::found(&SlowToNotice, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("check inter 20s", 1);
        check("check inter 20s fall 2", 0);
        check("check inter 5s fall 12", 1);
        check("check inter 40s fastinter 15s", 1);
        check("inter 1h", 0);
        check("check", 0);
        check("check inter 20s observe layer4", 0);
    }
}
