//! Endpoints of a pool that are not distinct servers, or no servers at all.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::Range;

use super::site::{Site, Spot};
use crate::finding::Finding;
use crate::settings::{Endpoint, Listener};

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let own = own_sockets(site);
    for (name, pool, spot) in site.pools() {
        let endpoints = Site::endpoints(pool, &spot);
        check_count(name, endpoints.len(), &spot, out);
        check_names(name, &endpoints, out);
        check_addresses(&endpoints, out);
        for (endpoint, spot) in &endpoints {
            check_reachable(endpoint, spot, out);
            check_loop(endpoint, spot, &own, out);
        }
    }
}

fn check_count(pool: &str, count: usize, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let most = balance::PoolSpec::ENDPOINTS_MAX;
    if count > most {
        let what = format!("pool `{pool}` has {count} endpoints");
        let finding = Finding::error("too-many-endpoints", spot.span(), what)
            .why(format!("a pool holds at most {most}"))
            .hint("split the pool, and its routes with it");
        out.push(finding);
    }
}

fn check_names(pool: &str, endpoints: &[(&Endpoint, Spot<'_>)], out: &mut Vec<Finding>) {
    let mut seen = HashMap::new();
    for (endpoint, spot) in endpoints {
        let place = spot.key("name").span();
        let Some(first) = seen.get(&endpoint.name) else {
            seen.insert(&endpoint.name, place);
            continue;
        };
        let what = format!("two endpoints of pool `{pool}` are named `{}`", endpoint.name);
        let finding = Finding::error("duplicate-endpoint", place, what)
            .why("state, cookies and metrics are kept by name, and would be mixed up")
            .hint("give each its own name")
            .related(Range::clone(first), "the first one");
        out.push(finding);
    }
}

fn check_addresses(endpoints: &[(&Endpoint, Spot<'_>)], out: &mut Vec<Finding>) {
    let mut seen = HashMap::new();
    for (endpoint, spot) in endpoints {
        let place = spot.key("address").span();
        let Some((twin, first)) = seen.get(&endpoint.address) else {
            seen.insert(endpoint.address, (&endpoint.name, place));
            continue;
        };
        let what = format!("endpoints `{twin}` and `{}` have one address", endpoint.name);
        let finding = Finding::error("duplicate-address", place, what)
            .why("one server would silently carry the share of two")
            .hint("correct the address, or remove one and raise the other's `capacity`")
            .related(Range::clone(first), "the first one");
        out.push(finding);
    }
}

fn check_reachable(endpoint: &Endpoint, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let address = endpoint.address;
    if address.ip().is_unspecified() || address.port() == 0 || address.ip().is_multicast() {
        let what =
            format!("endpoint `{}` has an address that is no server: {address}", endpoint.name);
        let finding = Finding::error("unreachable-address", spot.key("address").span(), what)
            .why("a connection needs one host and a port other than 0")
            .hint("write the server's own address and port, such as `10.0.0.11:8080`");
        out.push(finding);
    }
}

/// A socket on which the balancer itself listens: whose it is, and where that is written.
type Own = (String, SocketAddr, Range<usize>);

fn own_sockets(site: &Site<'_>) -> Vec<Own> {
    let listener = |(listener, spot): (&Listener, Spot<'_>)| {
        (format!("listener `{}`", listener.name), listener.address, spot.key("address").span())
    };
    let admin = site.spot("server").key("admin");
    let address = site.settings.server.admin.filter(|_| admin.is_whole());
    let place = if admin.is_written() { admin.span() } else { 0..0 };
    let admin = address.map(|address| ("the admin listener".to_owned(), address, place));
    site.listeners().into_iter().map(listener).chain(admin).collect()
}

fn check_loop(endpoint: &Endpoint, spot: &Spot<'_>, own: &[Own], out: &mut Vec<Finding>) {
    let own = own.iter().find(|(_, own, _)| reaches(endpoint.address, *own));
    if let Some((name, _, place)) = own {
        let what = format!("endpoint `{}` is {name} itself", endpoint.name);
        let finding = Finding::error("loop", spot.key("address").span(), what)
            .why("a request would come back to the balancer instead of reaching a server")
            .hint("write the server's address; it must listen on a port of its own");
        // The default admin address stands nowhere in the file.
        let written = *place != (0..0);
        let label = "this is where the balancer listens";
        out.push(if written { finding.related(place.clone(), label) } else { finding });
    }
}

/// Whether connecting to `address` surely reaches our own socket `own`.
fn reaches(address: SocketAddr, own: SocketAddr) -> bool {
    // A wildcard also holds every other address of this host, which no file can tell.
    let here =
        own.ip() == address.ip() || (own.ip().is_unspecified() && address.ip().is_loopback());
    here && own.port() == address.port() && own.port() != 0 && !address.ip().is_unspecified()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, check, slugs_of};

    #[test]
    fn names_and_addresses_are_unique_in_a_pool() {
        check("\"e2\"", "\"e1\"", &["duplicate-endpoint"]);
        check("10.0.0.2:80", "10.0.0.1:80", &["duplicate-address"]);
        check("10.0.0.2:80", "10.0.0.1:81", &[]);
    }

    #[test]
    fn pools_may_share_names_and_addresses() {
        let second = "[[routes]]\npool = \"q\"\n[[pools.q.endpoints]]\nname = \"e1\"\n\
                      address = \"10.0.0.1:80\"\n";
        assert_eq!(slugs_of(&format!("{VALID}{second}")), Vec::<&str>::new());
    }

    #[test]
    fn an_endpoint_is_one_host_and_port() {
        for address in ["0.0.0.0:80", "[::]:80", "10.0.0.1:0", "224.0.0.1:80"] {
            check("10.0.0.1:80", address, &["unreachable-address"]);
        }
    }

    #[test]
    fn a_pool_holds_so_many_and_no_more() {
        let endpoint = |i: usize| {
            let (a, b) = (i / 60_000, i % 60_000 + 1);
            format!("{{ name = \"e{i}\", address = \"10.0.0.{a}:{b}\" }},\n")
        };
        let pool = |count: usize| -> String {
            let endpoints: String = (0..count).map(endpoint).collect();
            let route = "[[routes]]\npool = \"q\"\n";
            format!("{VALID}{route}[pools.q]\nendpoints = [\n{endpoints}]\n")
        };
        let most = balance::PoolSpec::ENDPOINTS_MAX;
        assert_eq!(slugs_of(&pool(most)), Vec::<&str>::new());
        assert_eq!(slugs_of(&pool(most + 1)), ["too-many-endpoints"]);
    }

    #[test]
    fn an_endpoint_is_not_the_balancer() {
        check("10.0.0.1:80", "127.0.0.1:8080", &["loop"]);
        check("10.0.0.1:80", "127.0.0.1:9900", &["loop"]);
        check("10.0.0.1:80", "127.0.0.1:8081", &[]);
        let exact = VALID.replace("0.0.0.0:8080", "10.0.0.1:80");
        assert_eq!(slugs_of(&exact), ["loop"]);
    }
}
