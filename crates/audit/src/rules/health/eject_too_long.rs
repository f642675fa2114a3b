//! Servers that stay out for long after a few failures.

use foreign::nginx::model::Config;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH403",
    name: "eject-too-long",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "A server that failed stays out for five minutes or more.",
    why: "nginx has no check that would bring it back sooner: a restart of a second costs \
          the server's capacity for all of that time.",
    source: "nginx issue 524: `fail_timeout=10000s` kept servers out for 2.8 hours.",
    examples: &[Example {
        product: Product::Nginx,
        bad: "\
upstream app {
  server 10.0.0.1 fail_timeout=10000s;
  server 10.0.0.2 fail_timeout=10000s;
}
",
        good: "\
upstream app {
  server 10.0.0.1 fail_timeout=10s;
  server 10.0.0.2 fail_timeout=10s;
}
",
    }],
    fix: "Use 10 to 30 seconds.",
};

/// EKH403
#[derive(Debug)]
pub(in crate::rules) struct EjectTooLong;

impl Rule for EjectTooLong {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Nginx(config) => nginx(config, found),
            _ => {}
        }
    }
}

const TOO_LONG_S: u64 = 300;

fn nginx(config: &Config, found: &mut Vec<Finding>) {
    // The only server of an upstream is never left out.
    for upstream in config.upstreams.iter().filter(|upstream| upstream.peers.len() > 1) {
        let long = upstream.peers.iter().find(|peer| {
            peer.fail_timeout_s.value >= TOO_LONG_S && peer.max_fails.value > 0 && !peer.down.value
        });
        let Some(peer) = long else { continue };
        let what = format!(
            "after {} failures `{}` of `{}` is left out for {} s",
            peer.max_fails.value,
            peer.written.value,
            upstream.name.value,
            peer.fail_timeout_s.value
        );
        let place = peer.fail_timeout_s.span.unwrap_or(peer.span);
        found.push(Finding::new(&DOC, what).at(place).of(upstream.name.value.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn one_that_is_never_left_out_has_no_time() {
        assert_eq!(
            testing::found(
                &EjectTooLong,
                Product::Nginx,
                "upstream p { server 10.0.0.1 max_fails=0 fail_timeout=1h; server 10.0.0.2; }"
            )
            .len(),
            0
        );
        assert_eq!(
            testing::found(
                &EjectTooLong,
                Product::Nginx,
                "upstream p { server 10.0.0.1 fail_timeout=1h; }"
            )
            .len(),
            0
        );
    }
}
