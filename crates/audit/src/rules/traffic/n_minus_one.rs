//! Pools that do not outlive the loss of one server.

use super::enough::enough;
use crate::finding::Finding;
use crate::predict::{Capacity, LostServer, PoolPrediction, ServerPrediction};
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;

static DOC: Doc = Doc {
    id: "EKO503",
    name: "n-minus-one-overload",
    severity: Severity::Error,
    needs: Needs::Log,
    what: "One server is lost, and the worst minute of the log brings another one more requests \
           at once than it takes.",
    why: "A server is lost some day, and most likely at the busiest hour. What it had goes to the \
          others at once; where one of them then has more than it takes, it fails too, and the \
          next after it. Where no server says how much it takes, and one comes to half as much \
          again, it is a warning.",
    source: "The log, played without each server in turn, against `maxconn`, `max_conns` or the \
             capacity. Without durations in the log, shares are compared and no capacities.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80 maxconn 4
  server web2 10.0.0.2:80 maxconn 4
  server web3 10.0.0.3:80 maxconn 4
",
            good: "\
backend portal
  mode http
  server web1 10.0.0.1:80 maxconn 8
  server web2 10.0.0.2:80 maxconn 8
  server web3 10.0.0.3:80 maxconn 8
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    zone portal 64k;
    server 10.0.0.1 max_conns=4;
    server 10.0.0.2 max_conns=4;
    server 10.0.0.3 max_conns=4;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    zone portal 64k;
    server 10.0.0.1 max_conns=8;
    server 10.0.0.2 max_conns=8;
    server 10.0.0.3 max_conns=8;
  }
}
",
        },
        Example { product: Product::Envoy, bad: ENVOY_BAD, good: ENVOY_GOOD },
        Example { product: Product::Evenkeel, bad: OWN_BAD, good: OWN_GOOD },
    ],
    fix: "Add a server, or raise what each takes if it really takes more. Where one server gets \
          most of what another had, use a method that spreads it.",
};

const ENVOY_BAD: &str = "\
static_resources:
  clusters:
  - name: portal
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
";
const ENVOY_GOOD: &str = "\
static_resources:
  clusters:
  - name: portal
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 80 } } }
";
const OWN_BAD: &str = "\
[[listeners]]
name = \"web\"
address = \"127.0.0.1:8080\"
[[routes]]
pool = \"portal\"
[[pools.portal.endpoints]]
name = \"web1\"
address = \"10.0.0.1:80\"
capacity = 8
[[pools.portal.endpoints]]
name = \"web2\"
address = \"10.0.0.2:80\"
capacity = 8
";
const OWN_GOOD: &str = "\
[[listeners]]
name = \"web\"
address = \"127.0.0.1:8080\"
[[routes]]
pool = \"portal\"
[[pools.portal.endpoints]]
name = \"web1\"
address = \"10.0.0.1:80\"
capacity = 12
[[pools.portal.endpoints]]
name = \"web2\"
address = \"10.0.0.2:80\"
capacity = 12
";

/// Without a capacity a server may come to so many times what it carries with all: three equal
/// ones come to half as much again, and chance adds a little.
const TIMES_MAX: f64 = 1.5 * 1.05;

/// EKO503
#[derive(Debug)]
pub(in crate::rules) struct NMinusOne;

impl Rule for NMinusOne {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        let Some(prediction) = case.prediction else { return };
        let has_durations = prediction.traffic.has_durations;
        for pool in enough(prediction) {
            let limit = |server: &ServerPrediction| match server.capacity {
                Capacity::Limit(limit) if has_durations => Some(limit),
                _ => None,
            };
            let overload = worst(pool, |server, lost, place| {
                over_limit(server, lost, place).filter(|_| limit(server).is_some())
            });
            let finding = match overload {
                Some(it) => Some(full(pool, &it, limit(it.server).unwrap_or(0.0))),
                None => worst(pool, |server, lost, place| {
                    over_times(server, lost, place).filter(|_| limit(server).is_none())
                })
                .map(|it| more(pool, &it)),
            };
            found.extend(finding.map(|finding| finding.at(pool.span).of(&*pool.name)));
        }
    }
}

/// A server that has too much when another one is lost.
struct Worst<'p> {
    down: &'p str,
    server: &'p ServerPrediction,
    times: f64,
}

/// `over` says how many times too much a server has, where it is too much.
fn worst(
    pool: &PoolPrediction,
    over: impl Fn(&ServerPrediction, &LostServer, usize) -> Option<f64>,
) -> Option<Worst<'_>> {
    let over = &over;
    let cases = pool.n_minus_one.iter().flat_map(|lost| {
        let servers = pool.servers.iter().enumerate();
        servers.filter_map(move |(place, server)| {
            let times = over(server, lost, place)?;
            Some(Worst { down: &lost.down, server, times })
        })
    });
    cases.max_by(|a, b| a.times.total_cmp(&b.times))
}

fn over_limit(server: &ServerPrediction, lost: &LostServer, place: usize) -> Option<f64> {
    let pressure = lost.peak_pressure.get(place).copied()?;
    (server.name != lost.down && pressure > 1.0).then_some(pressure)
}

/// One that carries nothing while all are there waits for the loss of another.
fn over_times(server: &ServerPrediction, lost: &LostServer, place: usize) -> Option<f64> {
    let times = lost.shares.get(place)? / server.share_new;
    (server.share_new > 0.0 && server.name != lost.down && times > TIMES_MAX).then_some(times)
}

fn full(pool: &PoolPrediction, worst: &Worst<'_>, limit: f64) -> Finding {
    let Worst { down, server, times } = worst;
    let what = format!(
        "without `{down}`, the worst minute of the log brings `{}` of `{}` {:.1} requests at once: \
         it takes {limit}, and has {:.1} with all servers",
        server.name,
        pool.name,
        times * limit,
        server.peak_pressure * limit
    );
    Finding::new(&DOC, what)
}

fn more(pool: &PoolPrediction, worst: &Worst<'_>) -> Finding {
    let Worst { down, server, times } = worst;
    let what = format!(
        "without `{down}`, `{}` of `{}` gets {times:.1} times what it carries with all servers",
        server.name, pool.name
    );
    let unknown = match server.capacity {
        Capacity::FairPart => "nothing says how much it takes",
        Capacity::Limit(_) => "the log has no durations to hold against what it takes",
    };
    Finding { severity: Severity::Warning, ..Finding::new(&DOC, what) }.note(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    /// Goal: a stated capacity decides, and where there is none an uneven loss is told of.
    /// Method: ten requests at once over a few servers; 6.7 are left for two of three.
    #[test]
    fn what_a_server_takes_decides() {
        let check = |servers: &[&str], expected: Option<Severity>| {
            let mut text = "backend p\n mode http\n".to_owned();
            for (place, more) in servers.iter().enumerate() {
                text += &format!(" server s{place} 10.0.0.{place}:80 {more}\n");
            }
            let found = testing::found(&NMinusOne, Product::Haproxy, &text);
            assert_eq!(found.first().map(|it| it.severity), expected, "{text}{found:?}");
            assert!(found.len() < 2, "{found:?}");
        };
        let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
        check(&["maxconn 4"; 3], error);
        check(&["maxconn 6"; 3], None);
        check(&["maxconn 9"; 2], error);
        check(&["maxconn 11"; 2], None);
        check(&[""; 2], warning);
        check(&[""; 3], None);
        check(&["weight 10", "weight 10", "weight 100"], warning);
        check(&["", "", "", "backup"], None);
        check(&["maxconn 11", "backup maxconn 5"], error);
        check(&[""; 1], None);
    }

    #[test]
    fn both_figures_are_said() {
        let text = DOC.examples[0].bad;
        let found = testing::found(&NMinusOne, Product::Haproxy, text);
        let what = &found[0].what;
        assert!(what.contains("5.0 requests at once: it takes 4, and has 3.4"), "{what}");
    }
}
