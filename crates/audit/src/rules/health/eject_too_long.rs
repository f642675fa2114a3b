//! Servers that stay out for long after a few failures.

use foreign::nginx::model::{Config, Peer};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::upstreams;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH403",
    name: "eject-too-long",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "A server that failed stays out for five minutes or more.",
    why: "nginx itself has no check that would bring it back sooner: a server that was away for a \
          second is missing for all of that time, and the others have its load.",
    source: "nginx's manual on `fail_timeout`; vLLM's guide to nginx has `max_fails=3 \
             fail_timeout=10000s`, which is 2.8 hours.",
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
        if let Parsed::Nginx(config) = &case.subject.parsed {
            nginx(config, found);
        }
    }
}

const TOO_LONG_S: u64 = 300;

fn nginx(config: &Config, found: &mut Vec<Finding>) {
    for pool in upstreams(config) {
        let peers = &pool.servers;
        // The only server of an upstream is never left out.
        if peers.len() < 2 {
            continue;
        }
        let is_long =
            |peer: &&&Peer| peer.fail_timeout_s.value >= TOO_LONG_S && peer.max_fails.value > 0;
        let Some(peer) = peers.iter().find(is_long) else { continue };
        let failures = match peer.max_fails.value {
            1 => "one attempt has failed".to_owned(),
            count => format!("{count} attempts have failed"),
        };
        let what = format!(
            "`{}` of `{}` is left out for {} s once {failures}",
            peer.written.value, pool.name, peer.fail_timeout_s.value
        );
        let place = peer.fail_timeout_s.span.unwrap_or(peer.span);
        found.push(pool.finding(&DOC, what).at(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn only_who_is_left_out_can_be_so_for_long() {
        let check = |servers: &str, count: usize| {
            let text = format!("upstream p {{ {servers} }}\n");
            let found = testing::found(&EjectTooLong, Product::Nginx, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("server 10.0.0.1 fail_timeout=1h; server 10.0.0.2;", 1);
        check("server 10.0.0.1 fail_timeout=1h;", 0);
        check("server 10.0.0.1 fail_timeout=1h; server 10.0.0.2 backup;", 0);
        check("server 10.0.0.1 max_fails=0 fail_timeout=1h; server 10.0.0.2;", 0);
        check("server 10.0.0.1 down fail_timeout=1h; server 10.0.0.2; server 10.0.0.3;", 0);
        check("server 10.0.0.1 fail_timeout=299s; server 10.0.0.2;", 0);
    }
}
