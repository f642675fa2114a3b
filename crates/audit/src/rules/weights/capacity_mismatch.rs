//! Weights that order more from a server than it is built for.

use super::orders::{Order, orders};
use super::shares::{Ordered, told, told_alone, worst};
use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;

static DOC: Doc = Doc {
    id: "EKW201",
    name: "weight-capacity-mismatch",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "A weight orders half as much again from a server as its part of the capacity, or more.",
    why: "The fleet is as strong as the server that is full first. With two of five equal servers \
          ordered to take 80 %, these two are overloaded as soon as the whole fleet is half busy, \
          and the other three stand idle. Capacity is what `maxconn`, `max_conns` or `capacity` \
          says. Where nothing says it, servers of one pool are taken to be equal, and only this is \
          told, as a warning: several servers, or one that gets more than all others together, \
          at least four times above two or more others. So is the only server that weights of 0 \
          leave of three or more. A pool of two where one gets little is likely a trial, and so \
          are parts of a hundred such as 90, 90, 10 and 10. Servers that `use-server` sends \
          requests to are kept for these by their weight of 0.",
    source: "The outage of 2024-05-01: a script set 100 for two servers and 17 for three; played \
             on HAProxy 2.6, the two took 79.9 % of new users.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80 maxconn 200 weight 100
  server web2 10.0.0.2:80 maxconn 200 weight 100
  server web3 10.0.0.3:80 maxconn 200 weight 17
  server web4 10.0.0.4:80 maxconn 200 weight 17
  server web5 10.0.0.5:80 maxconn 200 weight 17
",
            good: "\
backend portal
  mode http
  server web1 10.0.0.1:80 maxconn 400 weight 100
  server web2 10.0.0.2:80 maxconn 400 weight 100
  server web3 10.0.0.3:80 maxconn 200 weight 50
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1 max_conns=400;
    server 10.0.0.2 max_conns=100;
    server 10.0.0.3 max_conns=100;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1 max_conns=400 weight=4;
    server 10.0.0.2 max_conns=100;
    server 10.0.0.3 max_conns=100;
  }
}
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: portal
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
          load_balancing_weight: 100
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          load_balancing_weight: 100
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 80 } } }
          load_balancing_weight: 17
        - endpoint: { address: { socket_address: { address: 10.0.0.4, port_value: 80 } } }
          load_balancing_weight: 17
        - endpoint: { address: { socket_address: { address: 10.0.0.5, port_value: 80 } } }
          load_balancing_weight: 17
",
            good: "\
static_resources:
  clusters:
  - name: portal
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
          load_balancing_weight: 2
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          load_balancing_weight: 1
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 80 } } }
          load_balancing_weight: 1
",
        },
        Example {
            product: Product::Evenkeel,
            bad: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\", weight = 6 },
  { name = \"web2\", address = \"10.0.0.2:80\", weight = 6 },
  { name = \"web3\", address = \"10.0.0.3:80\" },
  { name = \"web4\", address = \"10.0.0.4:80\" },
  { name = \"web5\", address = \"10.0.0.5:80\" },
]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\", capacity = 600 },
  { name = \"web2\", address = \"10.0.0.2:80\" },
  { name = \"web3\", address = \"10.0.0.3:80\", weight = 0.1 },
]
",
        },
    ],
    fix: "Order what the servers are built for. Where machines differ, say so: `maxconn` for \
          HAProxy, `max_conns` for nginx, `capacity` for Evenkeel.",
};

/// EKW201
#[derive(Debug)]
pub(in crate::rules) struct CapacityMismatch;

impl Rule for CapacityMismatch {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        let counted = orders(&case.subject.parsed).into_iter().filter(|it| !it.may_be_more);
        for Order { pool, noun, servers, emptied, .. } in counted {
            found.extend(alone(&pool, &servers, emptied));
            let Some(worst) = worst(&servers) else { continue };
            let (what, is_declared) = told(&pool, noun, &servers, &worst);
            let span = servers[worst.first].span;
            let finding = Finding::new(&DOC, what).at(span).of(pool);
            let severity = if is_declared { Severity::Error } else { Severity::Warning };
            found.push(Finding { severity, ..finding });
        }
    }
}

/// One server of many that still takes work: a script that drains one after the other is a step
/// away from a pool of nobody. Of two, one is likely meant to stand by.
fn alone(pool: &str, servers: &[Ordered], emptied: usize) -> Option<Finding> {
    let [only] = servers else { return None };
    let what = told_alone(pool, only, emptied);
    let finding = Finding::new(&DOC, what).at(only.span).of(pool);
    (emptied >= 2).then_some(Finding { severity: Severity::Warning, ..finding })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn check(servers: &[&str], expected: Option<Severity>) {
        let line = |(at, words): (usize, &&str)| format!(" server s{at} 10.0.0.{at}:80 {words}\n");
        let lines: String = servers.iter().enumerate().map(line).collect();
        let text = format!("backend p\n mode http\n{lines}");
        let found = testing::found(&CapacityMismatch, Product::Haproxy, &text);
        assert_eq!(found.first().map(|finding| finding.severity), expected, "{text}");
    }

    /// What is told of servers of these weights.
    fn told(weights: &[u32]) -> String {
        let line = |(at, weight)| format!(" server w{at} 10.0.0.{at}:80 weight {weight}\n");
        let lines: String = weights.iter().enumerate().map(line).collect();
        let text = format!("backend p\n mode http\n{lines}");
        let found = testing::found(&CapacityMismatch, Product::Haproxy, &text);
        assert!(found.iter().all(|finding| finding.severity == Severity::Warning), "{found:?}");
        found.into_iter().map(|finding| finding.what).collect()
    }

    /// Goal: the order of 2024-05-01 is found, and its share is told.
    #[test]
    fn the_weight_script() {
        let what = told(&[100, 100, 17, 17, 17]);
        assert!(what.contains("79.7 % of new sessions from `w0` and `w1` of 5"), "{what}");
        assert!(what.contains(", 2.0 times an equal share"), "{what}");
    }

    /// Goal: whatever its shape, a pool whose work goes to a few is told, with their part of it.
    #[test]
    fn a_few_that_get_most() {
        let check = |weights: &[u32], part: &str| {
            let what = told(weights);
            assert!(what.contains(part), "{weights:?}: {what}");
        };
        check(&[100, 1, 1, 1, 1], "96.2 % of new sessions from `w0` of 5 servers, 4.8 times");
        check(&[1, 1, 100, 1, 1], "from `w2` of 5 servers");
        check(&[100, 17, 17, 17, 17], "59.5 % of new sessions from `w0` of 5");
        check(&[10, 1, 1], "83.3 % of new sessions from `w0` of 3");
        check(&[256, 1, 1], "99.2 %");
        check(&[100, 90, 17, 17, 17], "78.8 % of new sessions from `w0` and `w1` of 5 servers, up");
        check(&[100, 50, 1, 1, 1], "98.0 % of new sessions from `w0` and `w1`");
        check(&[100, 1, 1, 0, 0], "98.0 % of new sessions from `w0` of 3");
        check(&[100, 0, 0, 0, 0], "100.0 % of new sessions from `w0`: the other 4 of 5 servers");
        check(&[0, 1, 0], "from `w1`: the other 2 of 3");
    }

    #[test]
    fn what_is_declared_is_compared() {
        check(&["maxconn 10", "maxconn 1000", "maxconn 1000"], Some(Severity::Error));
        check(&["maxconn 10 weight 1", "maxconn 20 weight 2"], None);
        check(&["maxconn 10 weight 12", "maxconn 10 weight 10"], None);
        check(&["maxconn 10", "maxconn 14"], None);
    }

    /// Goal: what may well be meant is not told. Method: one strong machine, one that is tried out,
    /// one that stands by, a pair of old machines.
    #[test]
    fn machines_may_differ() {
        check(&["weight 95", "weight 5"], None);
        check(&["weight 100", "weight 1"], None);
        check(&["weight 100", "weight 0"], None);
        check(&["weight 5", "weight 1", "weight 1"], None);
        check(&["weight 10", "weight 10", "weight 10", "weight 10", "weight 0", "weight 0"], None);
        check(&["weight 5", "", "", "", "", "", "", ""], None);
        check(&["weight 20", "weight 10", "weight 10"], None);
        check(&["weight 100", "weight 100", "weight 100", "weight 1"], None);
        check(&["weight 100", "weight 10"], None);
        check(&["weight 3", "weight 3", "weight 1", "weight 1"], None);
    }

    #[test]
    fn servers_that_take_nothing_do_not_count() {
        check(&["maxconn 10 weight 10", "maxconn 100 weight 10 backup"], None);
        check(&["maxconn 10 weight 10", "maxconn 100 weight 0"], None);
        check(&["weight 10", "weight 1 backup", "weight 1 backup", "weight 1 backup"], None);
        check(&["weight 100", "weight 1", "weight 1 backup", "weight 1 backup"], None);
        check(&["weight 10", "weight 0 backup", "weight 0 disabled", "weight 0 backup"], None);
        check(&["weight 100", "weight 1", "weight 1", "backup"], Some(Severity::Warning));
        check(&["maxconn 9 weight 1", "maxconn 9 weight 0", "weight 0"], Some(Severity::Warning));
    }

    /// Goal: a new version on several servers is a trial, and a few that get nearly all are none.
    #[test]
    fn parts_of_a_hundred_are_a_trial() {
        check(&["weight 90", "weight 90", "weight 10", "weight 10"], None);
        check(&["weight 95", "weight 5", "weight 95", "weight 95", "weight 5"], None);
        check(&["weight 90", "weight 90", "weight 12", "weight 12"], Some(Severity::Warning));
        check(&["weight 90", "weight 90", "weight 10", "weight 9"], Some(Severity::Warning));
        let two_of_five = ["weight 90", "weight 90", "weight 10", "weight 10", "weight 10"];
        check(&two_of_five, Some(Severity::Warning));
        check(&["weight 99", "weight 1", "weight 1"], Some(Severity::Warning));
    }

    /// Goal: weight 0 is no drain where a rule sends requests to the server.
    #[test]
    fn servers_that_rules_send_to_are_not_emptied() {
        let check = |rules: &str, count: usize| {
            let servers: String = ["mail", "shop", "docs"]
                .map(|name| format!(" server {name} 10.0.0.1:80 weight 0\n"))
                .concat();
            let text = format!("backend p\n mode http\n{rules}{servers} server rest 10.0.0.2:80\n");
            let found = testing::found(&CapacityMismatch, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let rule = |name: &str| format!(" use-server {name} if {{ path_beg /{name} }}\n");
        check("", 1);
        check(&rule("mail"), 1);
        check(&[rule("mail"), rule("shop")].concat(), 0);
        check(" use-server %[path,field(2,/)] if TRUE\n", 0);
    }

    /// Goal: a name that nginx looks up while it runs may be as many servers as its weight.
    #[test]
    fn names_that_are_looked_up_are_not_counted() {
        let check = |resolve: &str, count: usize| {
            let rest = ["b", "c", "d", "e"].map(|it| format!(" server {it}.example.com;\n"));
            let first = format!(" server a.example.com weight=5{resolve};\n");
            let pool = format!("upstream p {{\n{first}{}}}", rest.concat());
            let text = format!("events {{}}\nhttp {{ {pool} }}\n");
            let found = testing::found(&CapacityMismatch, Product::Nginx, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("", 1);
        check(" resolve", 0);
    }

    /// Goal: of two servers that are said to be alike the file contradicts itself, be it a trial.
    #[test]
    fn two_that_are_declared_are_held_to_it() {
        check(&["maxconn 100 weight 95", "maxconn 100 weight 5"], Some(Severity::Error));
        check(&["maxconn 1900 weight 95", "maxconn 100 weight 5"], None);
    }

    /// Goal: the last server of a pool of our own is told, and keeps nobody from reloading while
    /// others are mended.
    #[test]
    fn the_last_one_of_our_own() {
        let check = |weights: [u32; 3], expected: Option<Severity>| {
            let line = |(at, weight)| {
                let keys = format!("name = \"w{at}\", address = \"10.0.0.{at}:80\"");
                format!("  {{ {keys}, weight = {weight} }},\n")
            };
            let lines: String = weights.iter().enumerate().map(line).collect();
            let text = format!(
                "[[listeners]]\nname = \"web\"\naddress = \"0.0.0.0:80\"\n[[routes]]\npool = \
                 \"p\"\n[pools.p]\nendpoints = [\n{lines}]\n"
            );
            let found = testing::found(&CapacityMismatch, Product::Evenkeel, &text);
            assert_eq!(found.first().map(|finding| finding.severity), expected, "{text}");
        };
        check([1, 0, 0], Some(Severity::Warning));
        check([1, 1, 0], None);
        check([9, 1, 1], Some(Severity::Error));
    }
}
