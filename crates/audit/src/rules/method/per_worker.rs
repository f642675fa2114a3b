//! What each worker of nginx counts for itself.

use foreign::nginx::model::{Config, Method, Upstream, Workers};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::upstreams;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA302",
    name: "per-worker-state",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Several workers balance by load, or limit connections, and share no `zone`.",
    why: "Without a zone each worker knows only the connections that it made itself. \
          `least_conn` then compares a fraction of the load: workers choose the same server at \
          the same time. And `max_conns` counts for each worker, so that a server gets as many \
          times its limit as there are workers.",
    source: "nginx's manual on `zone` and `max_conns`; apisix#5246: 16 workers, uneven.",
    examples: &[Example {
        product: Product::Nginx,
        bad: "\
worker_processes auto;
events {}
http {
  upstream portal {
    least_conn;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
        good: "\
worker_processes auto;
events {}
http {
  upstream portal {
    zone portal 64k;
    least_conn;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
    }],
    fix: "Add `zone NAME 64k;` to the upstream.",
};

/// EKA302
#[derive(Debug)]
pub(in crate::rules) struct PerWorker;

impl Rule for PerWorker {
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
    let workers = match config.worker_processes.value {
        Workers::Auto => "as many workers as there are cores".to_owned(),
        Workers::Count(count) if count > 1 => format!("{count} workers"),
        Workers::Count(_) => return,
    };
    for pool in upstreams(config).filter(|pool| pool.of.zone.is_none()) {
        let upstream = pool.of;
        let name = pool.name;
        let limited = upstream.peers.iter().find(|peer| peer.max_conns.value > 0);
        let finding = if by_load(upstream) && pool.servers.len() > 1 {
            let method = upstream.method.value.name();
            let what = format!(
                "{workers} choose a server of `{name}` by `{method}`, and each counts only its \
                 own connections"
            );
            Finding::new(&DOC, what).at(upstream.method.span)
        } else if let Some(peer) = limited {
            let what = format!(
                "`max_conns={}` of `{}` in `{name}` counts for each of {workers}: the server may \
                 get as many times that",
                peer.max_conns.value, peer.written.value
            );
            Finding::new(&DOC, what).at(peer.max_conns.span)
        } else {
            continue;
        };
        found.push(finding.of(name));
    }
}

/// Whether the method looks at connections.
fn by_load(upstream: &Upstream) -> bool {
    matches!(
        upstream.method.value,
        Method::LeastConn | Method::LeastTime { .. } | Method::Random { two: Some(_) }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn one_worker_knows_all() {
        let check = |main: &str, upstream: &str, count: usize| {
            let text = format!("{main}\nevents {{}}\nhttp {{ upstream u {{ {upstream} }} }}\n");
            let found = testing::found(&PerWorker, Product::Nginx, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let least = "least_conn; server a; server b;";
        check("", least, 0);
        check("worker_processes 1;", least, 0);
        check("worker_processes 4;", least, 1);
        check("worker_processes 4;", "random two; server a; server b;", 1);
        check("worker_processes 4;", "least_conn; server a;", 0);
        check("worker_processes 4;", "server a; server b;", 0);
        check("worker_processes 4;", "server a max_conns=9; server b;", 1);
        check("worker_processes 4;", "zone u 64k; server a max_conns=9; server b;", 0);
    }
}
