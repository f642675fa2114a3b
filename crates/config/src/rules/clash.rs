//! Two sockets of ours on one address: listeners with each other, or with the admin listener.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let mut taken: Vec<(String, SocketAddr, Range<usize>)> = Vec::new();
    let admin = site.spot("server").key("admin");
    if let Some(address) = site.settings.server.admin.filter(|_| admin.is_whole()) {
        // The default address stands nowhere in the file.
        let span = if admin.is_written() { admin.span() } else { 0..0 };
        taken.push(("the admin listener".to_owned(), address, span));
    }
    for (listener, spot) in site.listeners() {
        let span = spot.key("address").span();
        let clash = taken.iter().find(|(_, address, _)| overlap(*address, listener.address));
        if let Some((other, address, place)) = clash {
            out.push(finding(&listener.name, other, *address, span.clone(), place.clone()));
        }
        taken.push((format!("listener `{}`", listener.name), listener.address, span));
    }
}

fn finding(
    name: &str,
    other: &str,
    address: SocketAddr,
    span: Range<usize>,
    place: Range<usize>,
) -> Finding {
    let what = format!("listener `{name}` takes an address of {other} ({address})");
    let finding = Finding::error("address-clash", span, what)
        .why("two sockets on one address: which of them a client reaches would be left to chance")
        .hint("change one of the ports");
    if place == (0..0) { finding } else { finding.related(place, "taken here") }
}

/// Whether one connection could reach both. An IPv6 wildcard takes IPv4 connections as well.
fn overlap(a: SocketAddr, b: SocketAddr) -> bool {
    let covers = |wide: IpAddr, other: IpAddr| match wide {
        IpAddr::V4(wide) => wide.is_unspecified() && other.is_ipv4(),
        IpAddr::V6(wide) => wide.is_unspecified(),
    };
    let same_place = a.ip() == b.ip() || covers(a.ip(), b.ip()) || covers(b.ip(), a.ip());
    // Port 0 becomes a free port, another one each time.
    a.port() == b.port() && a.port() != 0 && same_place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn check(a: &str, b: &str, expected: bool) {
        let (a, b): (SocketAddr, SocketAddr) = (a.parse().unwrap(), b.parse().unwrap());
        assert_eq!((overlap(a, b), overlap(b, a)), (expected, expected), "{a} {b}");
    }

    #[test]
    fn addresses_overlap_where_a_connection_could_reach_both() {
        check("10.0.0.1:80", "10.0.0.1:80", true);
        check("10.0.0.1:80", "10.0.0.2:80", false);
        check("10.0.0.1:80", "10.0.0.1:81", false);
        check("0.0.0.0:80", "10.0.0.1:80", true);
        check("0.0.0.0:80", "[::1]:80", false);
        check("[::]:80", "10.0.0.1:80", true);
        check("0.0.0.0:0", "0.0.0.0:0", false);
    }

    #[test]
    fn listeners_clash_with_each_other_and_with_admin() {
        let at = "address = \"0.0.0.0:8080\"";
        testing::check(at, "address = \"0.0.0.0:9900\"", &["address-clash"]);
        testing::check(at, "address = \"0.0.0.0:9901\"", &[]);
        let second = |address: &str| {
            format!("[[listeners]]\nname = \"b\"\naddress = \"{address}\"\n[[routes]]")
        };
        testing::check("[[routes]]", &second("127.0.0.1:8080"), &["address-clash"]);
        testing::check("[[routes]]", &second("127.0.0.1:8081"), &[]);
    }

    #[test]
    fn the_default_admin_address_is_taken_too() {
        let file = testing::VALID.replace("admin = \"127.0.0.1:9900\"", "");
        let clash = file.replace("0.0.0.0:8080", "0.0.0.0:9900");
        assert_eq!(testing::slugs_of(&clash), ["address-clash"]);
        let off = clash.replace("[server]", "[server]\nadmin = \"off\"");
        assert_eq!(testing::slugs_of(&off), Vec::<&str>::new());
    }
}
