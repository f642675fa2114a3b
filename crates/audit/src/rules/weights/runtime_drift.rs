//! Weights and states that are in force and not in the file.

use foreign::Span;
use foreign::running::{Running, State};

use super::orders::orders;
use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::running::{Filed, Matched, Pair, Shares, asked, matched};
use crate::severity::Severity;

static DOC: Doc = Doc {
    id: "EKW203",
    name: "runtime-weight-drift",
    severity: Severity::Error,
    needs: Needs::Running,
    what: "A weight that is in force is not that of the file, or a server takes requests, or takes \
           none, against the file.",
    why: "Somebody, or a script, set it while the balancer ran, or the file was changed and never \
         loaded. Whoever reads the file believes in shares that nobody gets, and the next reload \
         brings them back at an hour that nobody chose. Where servers are only taken out by order, \
         it is a warning: that may be maintenance, which the next restart ends. Servers whose \
         weights an agent or a service record sets, and places for servers that are named while \
         running, are left out.",
    source: "The outage of 2024-05-01: a script set weights at the socket, and the file still said \
             otherwise. dataplaneapi#408: the API that sets weights does not tell them.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80 weight 10
  server web2 10.0.0.2:80 weight 1
",
            good: "\
backend portal
  mode http
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    zone portal 64k;
    server 10.0.0.1 weight=10;
    server 10.0.0.2;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    zone portal 64k;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
        },
        Example { product: Product::Envoy, bad: ENVOY_BAD, good: ENVOY_GOOD },
        Example { product: Product::Evenkeel, bad: OWN_BAD, good: OWN_GOOD },
    ],
    fix: "Decide which of the two is meant. If it is what runs, write it into the file; if it is \
          the file, reload. Then have weights set in one place alone.",
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
          load_balancing_weight: 10
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
";
const OWN_BAD: &str = "\
[[listeners]]
name = \"web\"
address = \"127.0.0.1:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\", weight = 1.2 },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
";
const OWN_GOOD: &str = "\
[[listeners]]
name = \"web\"
address = \"127.0.0.1:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
";

/// Other servers of a pool are shown up to this number.
const SHOWN: usize = 20;

/// EKW203
#[derive(Debug)]
pub(in crate::rules) struct RuntimeDrift;

impl Rule for RuntimeDrift {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if case.running.is_empty() {
            return;
        }
        let counting: Vec<String> =
            orders(&case.subject.parsed).into_iter().map(|order| order.pool).collect();
        for running in case.running {
            for pool in matched(case.subject, running) {
                let has_shares = counting.contains(&pool.name);
                found.extend(judged(&pool, has_shares, running));
            }
        }
    }
}

/// A server that differs.
struct Drift<'p> {
    filed: &'p Filed,
    change: Change,
    /// Shares of new sessions: the file's, and the one in force.
    shares: Option<(f64, f64)>,
}

enum Change {
    Weight(f64, f64),
    Capacity(f64, f64),
    /// It takes no new sessions, by order.
    Out(&'static str),
    /// The file has it out, and it takes them.
    In(&'static str),
}

fn judged(pool: &Matched<'_>, has_shares: bool, running: &Running) -> Option<Finding> {
    let shares = Shares::of(pool);
    let drifts = pool.pairs.iter().filter_map(|pair| {
        let change = change(pair)?;
        // One that is down gets nothing either way.
        let shares = has_shares.then(|| shares.of_pair(pair)).filter(|(a, b)| a + b > 0.0);
        Some(Drift { filed: &pair.filed, change, shares })
    });
    let mut drifts: Vec<Drift<'_>> = drifts.collect();
    // Whose share grew most is whom it hurts.
    let growth = |drift: &Drift<'_>| drift.shares.map_or(0.0, |(filed, now)| now - filed);
    drifts.sort_by(|a, b| {
        let loud = |drift: &Drift<'_>| !matches!(drift.change, Change::Out(_));
        loud(b).cmp(&loud(a)).then_with(|| growth(b).total_cmp(&growth(a)))
    });
    let (first, others) = drifts.split_first()?;
    let takes_none = shares.running <= 0.0 && shares.filed > 0.0;
    let severity = match first.change {
        Change::Out(_) if !takes_none => Severity::Warning,
        _ => Severity::Error,
    };
    let name = &pool.name;
    let more = match others.len() {
        _ if takes_none => "; no server of the pool takes new sessions".to_owned(),
        0 => String::new(),
        1 => "; another server differs too".to_owned(),
        count => format!("; {count} other servers differ too"),
    };
    let what = format!("`{}` of `{name}` {}{more}", first.filed.name, told(first));
    let mut finding = Finding::new(&DOC, what).at(first.filed.span).of(name.as_str());
    for drift in others.iter().take(SHOWN) {
        let told = format!("`{}` {}", drift.filed.name, told(drift));
        finding = match drift.filed.span.filter(|span| is_apart(&finding, *span)) {
            Some(span) => finding.related(span, told),
            None => finding.note(told),
        };
    }
    finding.notes.extend(cause(pool, running));
    let finding = finding.note(asked(running));
    Some(Finding { severity, ..finding })
}

/// Two labels at one place cannot be told apart.
fn is_apart(finding: &Finding, span: Span) -> bool {
    finding.span != Some(span) && finding.related.iter().all(|other| other.span != span)
}

fn change(pair: &Pair<'_>) -> Option<Change> {
    let filed = &pair.filed;
    if filed.is_steered {
        return None;
    }
    let server = pair.running.iter().find(|server| server.state != State::Empty)?;
    let is_out = match server.state {
        State::Drain => Some("drained"),
        State::Maintenance => Some("in maintenance"),
        _ => (server.weight == Some(0.0)).then_some("drained, with weight 0,"),
    };
    let was_out = match filed.state {
        State::Maintenance => Some("out of service"),
        State::Drain => Some("drained"),
        _ => (filed.weight == 0.0).then_some("drained"),
    };
    match (was_out, is_out) {
        (None, Some(how)) => return Some(Change::Out(how)),
        (Some(how), None) => return Some(Change::In(how)),
        (Some(_), Some(_)) => return None,
        (None, None) => {}
    }
    if let Some(weight) = server.weight.filter(|weight| differs(*weight, filed.weight)) {
        return Some(Change::Weight(filed.weight, weight));
    }
    let (filed, now) = filed.capacity.zip(server.capacity)?;
    differs(filed, now).then_some(Change::Capacity(filed, now))
}

fn differs(a: f64, b: f64) -> bool {
    (a - b).abs() > 1e-9 * a.abs().max(b.abs())
}

fn told(drift: &Drift<'_>) -> String {
    let what = match drift.change {
        Change::Weight(filed, now) => format!("runs with weight {now}, and the file says {filed}"),
        Change::Capacity(filed, now) => {
            format!("runs with capacity {now}, and the file says {filed}")
        }
        Change::Out(how) => format!("is {how} by order, and the file has it take requests"),
        Change::In(how) => format!("takes requests, and the file has it {how}"),
    };
    match drift.shares {
        Some((filed, now)) => {
            format!("{what}: {:.1} % of new sessions, not {:.1} %", now * 100.0, filed * 100.0)
        }
        None => what,
    }
}

/// Whether somebody set it while it ran, or the file is not what was loaded, where that is told.
fn cause(pool: &Matched<'_>, running: &Running) -> Vec<String> {
    let changed = pool.pairs.iter().filter(|pair| change(pair).is_some());
    let known = changed.filter_map(|pair| {
        let server = pair.running.first()?;
        Some((server.loaded?, server.weight?, pair.filed.weight))
    });
    let known: Vec<(f64, f64, f64)> = known.collect();
    let mut notes = running.notes.clone();
    if known.iter().any(|(loaded, now, _)| differs(*loaded, *now)) {
        notes.push("it was set while the balancer ran: it was started with another weight".into());
    }
    if known.iter().any(|(loaded, _, filed)| differs(*loaded, *filed)) {
        notes.push("the balancer was started with weights that the file does not have".into());
    }
    notes
}

#[cfg(test)]
mod tests {
    use foreign::running::{Pool, Server};

    use super::*;
    use crate::rules::testing;

    /// What is found in a file of so many words for each server, against weights and states.
    fn found(servers: &[&str], running: &[(f64, State)]) -> Vec<Finding> {
        let mut text = "backend p\n mode http\n".to_owned();
        for (at, words) in servers.iter().enumerate() {
            text += &format!(" server s{at} 10.0.0.{at}:80 {words}\n");
        }
        let server = |(at, (weight, state)): (usize, &(f64, State))| Server {
            weight: Some(*weight),
            loaded: Some(20.0),
            state: *state,
            ..Server::named(format!("s{at}"))
        };
        let servers = running.iter().enumerate().map(server).collect();
        let pool = Pool { name: "p".to_owned(), is_discovered: false, servers };
        let running =
            Running { source: "/run/a".to_owned(), pools: vec![pool], ..Running::default() };
        testing::found_running(&RuntimeDrift, Product::Haproxy, &text, &running)
    }

    /// Goal: the script of 2024-05-01 is told with its shares, the worst server first.
    #[test]
    fn the_weight_script() {
        let now = [17.0, 100.0, 100.0, 17.0, 17.0].map(|weight| (weight, State::Up));
        let found = found(&["weight 20"; 5], &now);
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            finding.what,
            "`s1` of `p` runs with weight 100, and the file says 20: 39.8 % of new sessions, not \
             20.0 %; 4 other servers differ too"
        );
        assert_eq!((finding.severity, finding.related.len()), (Severity::Error, 4));
        assert!(finding.notes[0].contains("set while the balancer ran"), "{:?}", finding.notes);
        assert_eq!(finding.notes[1], "asked of /run/a");
    }

    #[test]
    fn what_is_out_and_what_is_in() {
        let check = |words: &str, now: (f64, State), expected: Option<(Severity, &str)>| {
            let found = found(&["", words], &[(1.0, State::Up), now]);
            let told = found.first().map(|finding| (finding.severity, finding.what.clone()));
            let told = told.as_ref().map(|(severity, what)| (*severity, what.as_str()));
            let fits = match (told, expected) {
                (Some((a, what)), Some((b, part))) => a == b && what.contains(part),
                (None, None) => true,
                _ => false,
            };
            assert!(fits, "{words} {now:?}: {told:?}");
        };
        let (error, warning) = (Severity::Error, Severity::Warning);
        check("", (1.0, State::Up), None);
        check("", (1.0, State::Down), None);
        check("", (1.0, State::Drain), Some((warning, "is drained by order")));
        check("", (1.0, State::Maintenance), Some((warning, "is in maintenance by order")));
        check("", (0.0, State::Up), Some((warning, "0.0 % of new sessions, not 50.0 %")));
        check("", (3.0, State::Up), Some((error, "75.0 % of new sessions, not 50.0 %")));
        check("disabled", (1.0, State::Maintenance), None);
        check("disabled", (1.0, State::Up), Some((error, "the file has it out of service")));
        check("weight 0", (0.0, State::Drain), None);
        check("weight 0", (9.0, State::Up), Some((error, "takes requests")));
        check("agent-check agent-port 9", (9.0, State::Up), None);
        check("resolvers r", (3.0, State::Up), Some((error, "weight 3")));
        check("backup", (3.0, State::Up), Some((error, "weight 3, and the file says 1")));
    }

    /// Goal: weights that come from name servers are not held against the file. Method: a service
    /// record, which has weights of its own.
    #[test]
    fn records_of_services_have_weights() {
        let text = "backend p\n server s0 _http._tcp.web.example:80 resolvers r\nresolvers r\n";
        let server = Server { weight: Some(9.0), ..Server::named("s0") };
        let pool = Pool { name: "p".to_owned(), is_discovered: false, servers: vec![server] };
        let running = Running { pools: vec![pool], ..Running::default() };
        let found = testing::found_running(&RuntimeDrift, Product::Haproxy, text, &running);
        assert!(found.is_empty(), "{found:?}");
    }

    /// Goal: orders that leave nobody are as bad as an outage. Method: all are drained.
    #[test]
    fn a_pool_without_servers_is_an_error() {
        let found = found(&["", ""], &[(1.0, State::Drain), (1.0, State::Maintenance)]);
        assert_eq!(found[0].severity, Severity::Error);
        assert!(found[0].what.ends_with("no server of the pool takes new sessions"), "{found:?}");
    }
}
