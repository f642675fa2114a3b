//! Places at which anybody may change what runs.

use std::net::IpAddr;

use foreign::envoy;
use foreign::haproxy::model::{Address, Config, Level, StatsSocket};

use super::open_page;
use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::{Own, Parsed};

pub(super) static DOC: Doc = Doc {
    id: "EKC601",
    name: "unmanaged-writer",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Whoever reaches a socket, a page or an API may change weights and states of servers.",
    why: "What is changed there stands in no file, is reviewed by nobody, and is gone after \
          the next restart.",
    source: "HAProxy's manual: `level admin` \"should be used with care, as everything is \
             permitted\"; its example of `stats admin if TRUE` has a `stats auth`.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
global
  stats socket 0.0.0.0:9999 level admin
",
            good: "\
global
  stats socket /run/haproxy.sock mode 660 level admin
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
admin:
  address: { socket_address: { address: 0.0.0.0, port_value: 9901 } }
static_resources:
  clusters: [{ name: app, type: STRICT_DNS }]
",
            good: "\
admin:
  address: { socket_address: { address: 127.0.0.1, port_value: 9901 } }
static_resources:
  clusters: [{ name: app, type: STRICT_DNS }]
",
        },
        Example {
            product: Product::Evenkeel,
            bad: "\
[server]
admin = \"0.0.0.0:9900\"
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"app\"
[pools.app]
endpoints = [{ name = \"a\", address = \"10.0.0.1:80\" }]
",
            good: "\
[server]
admin = \"127.0.0.1:9900\"
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"app\"
[pools.app]
endpoints = [{ name = \"a\", address = \"10.0.0.1:80\" }]
",
        },
    ],
    fix: "HAProxy: a socket in the file system with `mode 660`, or at 127.0.0.1; `stats auth` for \
          a page. Envoy: `admin` at 127.0.0.1, or a pipe. Evenkeel: `admin` at 127.0.0.1, or a \
          firewall before it and an `allow`.",
};

/// EKC601
#[derive(Debug)]
pub(in crate::rules) struct OpenSocket;

impl Rule for OpenSocket {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => {
                haproxy(config, found);
                open_page::judge(config, found);
            }
            Parsed::Evenkeel(own) => evenkeel(own, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Nginx(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let admins = config.global.sockets.iter().filter(|socket| socket.level == Level::Admin);
    for socket in admins {
        let who = match is_world_writable(socket) {
            true => "every user of the machine",
            false if is_open(&socket.address) => "whoever reaches the port",
            false => continue,
        };
        let what = format!("{who} may change servers at the socket `{}`", socket.address);
        found.push(Finding::new(&DOC, what).at(socket.span));
    }
}

/// A warning and no error: weights cannot be changed there, and in a container there is often no
/// other address.
fn evenkeel(own: &Own, found: &mut Vec<Finding>) {
    let Some(admin) = own.settings.server.admin.filter(|admin| !admin.ip().is_loopback()) else {
        return;
    };
    let what = format!(
        "whoever reaches `{admin}` may reload the file, approve what is in force and silence alarms"
    );
    let mut finding = Finding::new(&DOC, what).at(own.value(&["server", "admin"]));
    finding.severity = Severity::Warning;
    found.push(finding);
}

/// A warning, as that of our own: in a container there is often no other address.
fn envoy(configs: &[envoy::model::Config], found: &mut Vec<Finding>) {
    for admin in configs.iter().filter_map(|config| config.admin.as_ref()) {
        let envoy::model::Address::Socket(host, port) = &admin.value else { continue };
        if host.parse::<IpAddr>().is_ok_and(|ip| !ip.to_canonical().is_loopback()) {
            let what = format!(
                "whoever reaches the admin interface at `{host}:{port}` may end the process, fail \
                 its health check and change its runtime values"
            );
            let mut finding = Finding::new(&DOC, what).at(admin.span);
            finding.severity = Severity::Warning;
            found.push(finding);
        }
    }
}

fn is_world_writable(socket: &StatsSocket) -> bool {
    let mode = socket.mode.as_deref().and_then(|mode| u32::from_str_radix(mode, 8).ok());
    socket.address.is_unix() && mode.is_some_and(|mode| mode & 0o002 != 0)
}

/// Whether other machines reach an address. A name or a variable may be anything.
pub(super) fn is_open(address: &Address) -> bool {
    let family = address.family.as_deref();
    if address.is_unix() || !matches!(family, None | Some("ipv4" | "ipv6")) {
        return false;
    }
    let host: &str = &address.host;
    let any = host.is_empty() || host == "*";
    any || host.parse::<IpAddr>().is_ok_and(|ip| !ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn envoys_admin_interface_is_found() {
        let check = |address: &str, count: usize| {
            let text = format!("admin: {{address: {{{address}}}}}\nstatic_resources: {{}}\n");
            let found = testing::found(&OpenSocket, Product::Envoy, &text);
            assert_eq!(found.len(), count, "{text}");
            assert!(found.iter().all(|it| it.severity == Severity::Warning));
        };
        let socket =
            |host: &str| format!("socket_address: {{address: '{host}', port_value: 9901}}");
        check(&socket("0.0.0.0"), 1);
        check(&socket("::"), 1);
        check(&socket("192.0.2.1"), 1);
        check(&socket("127.0.0.1"), 0);
        check(&socket("::1"), 0);
        check("pipe: {path: /run/envoy.sock}", 0);
    }

    #[test]
    fn looking_is_no_writing() {
        let check = |socket: &str, count: usize| {
            let text = format!("global\n stats socket {socket}\n");
            let found = testing::found(&OpenSocket, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check(":9999 level operator", 0);
        check(":9999 level admin", 1);
        check("127.0.0.1:9999 level admin", 0);
        check("/run/s mode 666 level admin", 1);
        check("/run/s mode 600 level admin", 0);
        check("/run/s level admin", 0);
    }
}
