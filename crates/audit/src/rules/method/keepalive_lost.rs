//! Kept connections that a method behind them takes away.

use foreign::nginx::model::{Config, Redefined};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::upstreams;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA307",
    name: "keepalive-before-method",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "`keepalive` stands before the method of an upstream.",
    why: "The method takes `keepalive` away: nginx warns of a method that is redefined, which this \
          is not, and opens a connection for each request. Servers pay with handshakes, and run \
          out of ports when there is much to do.",
    source: "nginx's manual: `keepalive` has to stand behind the method. nginx 1.22: \"load \
             balancing method redefined\", exit status 0 [ran].",
    examples: &[Example {
        product: Product::Nginx,
        bad: "\
events {}
http {
  upstream portal {
    keepalive 32;
    least_conn;
    server 10.0.0.1;
  }
}
",
        good: "\
events {}
http {
  upstream portal {
    least_conn;
    server 10.0.0.1;
    keepalive 32;
  }
}
",
    }],
    fix: "Move `keepalive` behind the method.",
};

/// EKA307
#[derive(Debug)]
pub(in crate::rules) struct KeepaliveLost;

impl Rule for KeepaliveLost {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Nginx(config) = &case.subject.parsed {
            nginx(config, found);
        }
    }
}

fn nginx(config: &Config, found: &mut Vec<Finding>) {
    for pool in upstreams(config).filter(|pool| pool.of.keepalive.is_none()) {
        let upstream = pool.of;
        let lost = upstream.redefined.iter().find(|it| it.value == Redefined::Keepalive);
        let Some(lost) = lost else { continue };
        let what = format!(
            "`{}` behind `keepalive` takes it away: `{}` opens a connection for each request",
            upstream.method.value.name(),
            pool.name
        );
        found.push(pool.finding(&DOC, what).at(lost.span));
    }
}
