//! Methods that a later line, or the mode, takes away.

use foreign::haproxy::model::{Config, Mode};
use foreign::nginx::model::{Config as Nginx, Redefined};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, upstreams};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA303",
    name: "method-overridden",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "A method is written and another one is in force.",
    why: "nginx takes the last method of an upstream, warns, and starts. HAProxy hashes URIs, \
          headers and parameters in HTTP alone; for a backend of `mode tcp` it warns and takes \
          turns. Whoever reads the first line believes that sessions are kept, or that load is \
          looked at, and neither is.",
    source: "nginx 1.22: \"load balancing method redefined\", exit status 0 [ran]; HAProxy 2.6 \
             warns likewise.",
    examples: &[
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    ip_hash;
    least_conn;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    least_conn;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
        },
        Example {
            product: Product::Haproxy,
            bad: "\
backend images
  mode tcp
  balance uri
  server cache1 10.0.0.1:80
  server cache2 10.0.0.2:80
",
            good: "\
backend images
  mode http
  balance uri
  server cache1 10.0.0.1:80
  server cache2 10.0.0.2:80
",
        },
    ],
    fix: "Leave the one method that is meant; for HAProxy, `mode http` or a method for \
          connections.",
};

/// EKA303
#[derive(Debug)]
pub(in crate::rules) struct Overridden;

impl Rule for Overridden {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, found),
            Parsed::Envoy(_) | Parsed::Evenkeel(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config).filter(|pool| pool.servers.len() > 1) {
        let proxy = pool.of;
        let Some(balance) = &proxy.settings.balance else { continue };
        // A part of a configuration may get its mode from `defaults` elsewhere.
        let Some(mode) = proxy.settings.mode.filter(|mode| mode.value == Mode::Tcp) else {
            continue;
        };
        if !balance.value.needs_http() {
            continue;
        }
        let what = format!(
            "`{}` speaks TCP, where its method is not looked at: its {} servers take turns",
            pool.name,
            pool.servers.len()
        );
        let finding = pool.finding(&DOC, what).at(balance.span);
        found.push(finding.related(mode.span, "the mode"));
    }
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    for pool in upstreams(config) {
        let upstream = pool.of;
        let last = upstream.redefined.iter().rfind(|it| it.value == Redefined::Method);
        let Some(last) = last else { continue };
        let what = format!(
            "`{}` has more than one method: `{}`, the last one, is in force, and what stands \
             before it is not",
            pool.name,
            upstream.method.value.name()
        );
        found.push(pool.finding(&DOC, what).at(last.span));
    }
}
