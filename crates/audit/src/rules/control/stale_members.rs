//! Servers that run and are not in the file, and those of the file that do not run.

use std::net::IpAddr;

use foreign::running::{Address, Running, Server, State};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::named;
use crate::rules::running::{Matched, Pair, asked, is_same, matched, names};
use crate::severity::Severity;
use crate::subject::Subject;

static DOC: Doc = Doc {
    id: "EKC602",
    name: "stale-members",
    severity: Severity::Error,
    needs: Needs::Running,
    what: "The servers that run are not those of the file, or are elsewhere.",
    why: "A file that was changed and never loaded, a server that somebody added, or an address \
          that was set while the balancer ran: requests go to a machine that is no longer the \
          service's, or a new one gets none. The next restart changes who serves. Where every \
          place of a `server-template` is taken, it is a warning: whoever comes next gets none.",
    source: "Slack, 2020-05-12: HAProxy's places for servers were full of old ones, new ones found \
             none, and when the fleet shrank in the evening the old ones were those that went.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80
  server web2 10.0.0.22:80
  server web3 10.0.0.3:80
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
    server 10.0.0.1;
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
    fix: "Reload, or write into the file what runs. Where servers come and go while it runs, give \
          a template more places than there will ever be servers.",
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
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 80 } } }
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
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:81\" },
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

/// EKC602
#[derive(Debug)]
pub(in crate::rules) struct StaleMembers;

impl Rule for StaleMembers {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        for running in case.running {
            let pools = matched(case.subject, running);
            if !pools.is_empty() && pools.iter().all(|pool| pool.pool.is_none()) {
                let names = named(pools.iter().map(|pool| &pool.name));
                let what = format!("nothing runs of {names}: it is not the file that was loaded");
                found.push(Finding::new(&DOC, what).at(pools[0].span).note(asked(running)));
                continue;
            }
            found.extend(pools.iter().filter_map(|pool| members(pool, running)));
            found.extend(pools.iter().flat_map(|pool| slots(pool, running)));
            found.extend(unknown(case.subject, running));
        }
    }
}

/// Who is missing, who is elsewhere, and who is too many.
fn members(pool: &Matched<'_>, running: &Running) -> Option<Finding> {
    let name = &pool.name;
    if pool.pool.is_none() {
        let is_empty = pool.pairs.iter().all(|pair| pair.filed.is_steered);
        let what = format!("`{name}` is in the file and does not run");
        let finding = Finding::new(&DOC, what).at(pool.span).of(name.as_str());
        return (!is_empty).then(|| finding.note(asked(running)));
    }
    let missing: Vec<&Pair<'_>> =
        pool.pairs.iter().filter(|pair| pair.running.is_empty()).collect();
    let moved: Vec<(&Pair<'_>, String)> =
        pool.pairs.iter().filter_map(|pair| Some((pair, elsewhere(pair)?))).collect();
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let names = named(missing.iter().map(|pair| &pair.filed.name));
        let verb = if missing.len() == 1 { "does" } else { "do" };
        parts.push(format!("{names} of `{name}` {verb} not run"));
    }
    if let [(pair, at), others @ ..] = moved.as_slice() {
        let more = match others.len() {
            0 => String::new(),
            count => format!(", and {count} more are elsewhere too"),
        };
        parts.push(format!("`{}` of `{name}` runs at {at}{more}", pair.filed.name));
    }
    if !pool.others.is_empty() {
        let names = named(pool.others.iter().map(|server| &server.name));
        let verb = if pool.others.len() == 1 { "is" } else { "are" };
        parts.push(format!("{names} of `{name}` {verb} not in the file and {}", taking(pool)));
    }
    let first = missing.first().copied().or(moved.first().map(|(pair, _)| *pair));
    let span = first.and_then(|pair| pair.filed.span).or(pool.span);
    let mut finding = Finding::new(&DOC, parts.join("; ")).at(span).of(name.as_str());
    for (pair, at) in moved.iter().skip(usize::from(missing.is_empty())) {
        let told = format!("`{}` runs at {at}", pair.filed.name);
        finding = match pair.filed.span.filter(|span| finding.span != Some(*span)) {
            Some(span) => finding.related(span, told),
            None => finding.note(told),
        };
    }
    finding.notes.extend(running.notes.iter().cloned());
    (!parts.is_empty()).then(|| finding.note(asked(running)))
}

fn taking(pool: &Matched<'_>) -> &'static str {
    let takes = |server: &Server| server.state == State::Up && server.weight != Some(0.0);
    match (pool.others.iter().any(|server| takes(server)), pool.others.len()) {
        (true, 1) => "takes requests",
        (true, _) => "take requests",
        (false, 1) => "runs",
        (false, _) => "run",
    }
}

/// Where a server runs, if that is not where the file has it.
fn elsewhere(pair: &Pair<'_>) -> Option<String> {
    let [server] = pair.running.as_slice() else { return None };
    if let (Some(filed), Some(now)) = (&pair.filed.address, &server.address) {
        return (!is_same((filed, now))).then(|| format!("{now}, and the file says {filed}"));
    }
    let (filed, now) = pair.filed.host.as_ref().zip(server.host.as_ref())?;
    let is_kept = filed.eq_ignore_ascii_case(now) || now == &pair.filed.name;
    (!is_kept && pair.filed.name == server.name)
        .then(|| format!("the address of {now}, and the file says {filed}"))
}

/// Templates of which no place, or every place, is taken.
fn slots(pool: &Matched<'_>, running: &Running) -> Vec<Finding> {
    let mut prefixes: Vec<&str> =
        pool.pairs.iter().filter_map(|pair| pair.filed.slot.as_deref()).collect();
    prefixes.dedup();
    let told = |prefix: &str| {
        let is_of =
            |pair: &&Pair<'_>| pair.filed.slot.as_deref() == Some(prefix) && pair.filed.is_steered;
        let slots: Vec<&Pair<'_>> = pool.pairs.iter().filter(is_of).collect();
        let servers = slots.iter().flat_map(|pair| pair.running.iter().copied());
        let taken = servers.filter(|server| is_taken(server)).count();
        let (count, name) = (slots.len(), &pool.name);
        let (what, severity) = match taken {
            _ if count == 0 || pool.pool.is_none() => return None,
            0 => (
                format!("none of the {count} places `{prefix}` of `{name}` has a server"),
                Severity::Error,
            ),
            taken if taken == count && count > 1 => (
                format!(
                    "all {count} places `{prefix}` of `{name}` are taken: one server more gets none"
                ),
                Severity::Warning,
            ),
            _ => return None,
        };
        let finding = Finding::new(&DOC, what).at(slots[0].filed.span).of(name.as_str());
        Some(Finding { severity, ..finding }.note(asked(running)))
    };
    prefixes.into_iter().filter_map(told).collect()
}

/// Whether a place has a server that was named while it ran.
fn is_taken(server: &Server) -> bool {
    let is_nowhere = match &server.address {
        Some(Address::Host(host, _)) => host.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified()),
        _ => false,
    };
    !matches!(server.state, State::Empty | State::Maintenance) && !is_nowhere
}

/// Pools that run and that the file does not have, without those of discovery and of the balancer
/// itself.
fn unknown(subject: &Subject, running: &Running) -> Option<Finding> {
    let known = names(&subject.parsed);
    let is_known = |name: &str| known.contains(&name);
    let unknown = running
        .pools
        .iter()
        .filter(|pool| !pool.is_discovered && !pool.name.starts_with('<') && !is_known(&pool.name));
    let names: Vec<&str> = unknown.map(|pool| pool.name.as_str()).collect();
    if names.is_empty() || known.is_empty() {
        return None;
    }
    let verb = if names.len() == 1 { "runs and is" } else { "run and are" };
    let finding = Finding::new(&DOC, format!("{} {verb} not in the file", named(names)));
    Some(Finding { severity: Severity::Warning, ..finding }.note(asked(running)))
}

#[cfg(test)]
mod tests {
    use foreign::running::Pool;

    use super::*;
    use crate::rules::testing;

    fn server(name: &str, at: &str) -> Server {
        Server { address: Address::read(at), weight: Some(1.0), ..Server::named(name) }
    }

    fn empty(name: &str) -> Server {
        Server { state: State::Empty, ..Server::named(name) }
    }

    /// What is told of servers of HAProxy's backend `p`, and how bad it is.
    fn check(lines: &str, servers: &[Server], expected: &[(Severity, &str)]) {
        let text = format!("backend p\n mode http\n{lines}");
        let servers = servers.to_vec();
        let pools = vec![Pool { name: "p".to_owned(), is_discovered: false, servers }];
        let running = Running { pools, ..Running::default() };
        let found = testing::found_running(&StaleMembers, Product::Haproxy, &text, &running);
        let told = found.iter().map(|finding| (finding.severity, finding.what.as_str()));
        assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
    }

    const TWO: &str = " server a 10.0.0.1:80\n server b 10.0.0.2:80\n";

    #[test]
    fn who_is_not_where_the_file_says() {
        let error = Severity::Error;
        let (a, b) = (server("a", "10.0.0.1:80"), server("b", "10.0.0.2:80"));
        check(TWO, &[a.clone(), b.clone()], &[]);
        check(TWO, std::slice::from_ref(&a), &[(error, "`b` of `p` does not run")]);
        let c = server("c", "10.0.0.3:80");
        let told = "`c` of `p` is not in the file and takes requests";
        check(TWO, &[a.clone(), b.clone(), c], &[(error, told)]);
        let told = "`b` of `p` runs at 10.0.0.9:80, and the file says 10.0.0.2:80";
        check(TWO, &[a.clone(), server("b", "10.0.0.9:80")], &[(error, told)]);
        let told = "`a` and `b` of `p` do not run; `x` of `p` is not in the file and takes \
                    requests";
        check(TWO, &[server("x", "10.0.0.1:80")], &[(error, told)]);
    }

    /// Goal: what a file leaves to others is not held against it. Method: a name that is looked
    /// up, a place without an address, a socket, and a port that follows the client's.
    #[test]
    fn what_the_file_leaves_open_is_not_judged() {
        check(" server a web.example:80\n", &[server("a", "10.0.0.7:80")], &[]);
        check(" server a 0.0.0.0:80 disabled\n", &[server("a", "10.0.0.7:80")], &[]);
        check(" server a unix@/run/a\n", &[Server::named("a")], &[]);
        check(" server a 10.0.0.1\n", &[server("a", "10.0.0.1:0")], &[]);
        let fqdn =
            |name: &str| Server { host: Some(name.to_owned()), ..server("a", "10.0.0.7:80") };
        check(" server a web.example:80\n", &[fqdn("WEB.example")], &[]);
        let told = "`a` of `p` runs at the address of old.example, and the file says web.example";
        check(" server a web.example:80\n", &[fqdn("old.example")], &[(Severity::Error, told)]);
    }

    #[test]
    fn templates_have_places() {
        let lines = " server-template s 2 web.example:80\n";
        let (one, two) = (server("s1", "10.0.0.1:80"), server("s2", "10.0.0.2:80"));
        check(lines, &[one.clone(), empty("s2")], &[]);
        let told = "none of the 2 places `s` of `p` has a server";
        check(lines, &[empty("s1"), empty("s2")], &[(Severity::Error, told)]);
        let told = "all 2 places `s` of `p` are taken: one server more gets none";
        check(lines, &[one, two], &[(Severity::Warning, told)]);
    }

    #[test]
    fn pools_are_compared_too() {
        let found = |names: &[&str]| {
            let text = format!("backend p\n{TWO}backend q\n{TWO}");
            let servers = vec![server("a", "10.0.0.1:80"), server("b", "10.0.0.2:80")];
            let pool = |name: &&str| Pool {
                name: (*name).to_owned(),
                is_discovered: false,
                servers: servers.clone(),
            };
            let running = Running { pools: names.iter().map(pool).collect(), ..Running::default() };
            let found = testing::found_running(&StaleMembers, Product::Haproxy, &text, &running);
            found.into_iter().map(|finding| finding.what).collect::<Vec<_>>()
        };
        assert_eq!(found(&["p", "q", "<HTTPCLIENT>"]), [""; 0]);
        assert_eq!(found(&["p"]), ["`q` is in the file and does not run"]);
        assert_eq!(found(&["p", "q", "r"]), ["`r` runs and is not in the file"]);
        let told = "nothing runs of `p` and `q`: it is not the file that was loaded";
        assert_eq!(found(&["r"]), [told]);
    }
}
