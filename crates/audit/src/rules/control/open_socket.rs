//! Sockets at which anybody may change weights.

use foreign::haproxy::model::{Config, Level, StatsSocket};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKC601",
    name: "unmanaged-writer",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Whoever reaches a socket may change weights and states of servers.",
    why: "What is changed there stands in no file, is reviewed by nobody, and is gone after \
          the next restart.",
    source: "Judgement, from outages that began with a script at a socket.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
global
  stats socket 0.0.0.0:9999 level admin
",
        good: "\
global
  stats socket /run/haproxy.sock mode 660 level admin
",
    }],
    fix: "Use a socket in the file system with `mode 660`, or bind to 127.0.0.1.",
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
            Parsed::Haproxy(config) => haproxy(config, found),
            _ => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let admins = config.global.sockets.iter().filter(|socket| socket.level == Level::Admin);
    for socket in admins {
        let who = match is_world_writable(socket) {
            true => "every user of the machine",
            false if is_open(socket) => "whoever reaches the port",
            false => continue,
        };
        let what = format!("{who} may change servers at the socket `{}`", socket.address);
        found.push(Finding::new(&DOC, what).at(socket.span));
    }
}

fn is_world_writable(socket: &StatsSocket) -> bool {
    let mode = socket.mode.as_deref().and_then(|mode| u32::from_str_radix(mode, 8).ok());
    socket.address.is_unix() && mode.is_some_and(|mode| mode & 0o002 != 0)
}

/// An address that other machines reach. A name or a variable may be anything.
fn is_open(socket: &StatsSocket) -> bool {
    let family = socket.address.family.as_deref();
    if socket.address.is_unix() || !matches!(family, None | Some("ipv4" | "ipv6")) {
        return false;
    }
    let host: &str = &socket.address.host;
    let any = host.is_empty() || host == "*";
    any || host.parse::<std::net::IpAddr>().is_ok_and(|ip| !ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn looking_is_no_writing() {
        assert_eq!(
            testing::found(
                &OpenSocket,
                Product::Haproxy,
                "global\n stats socket :9999 level operator\n"
            )
            .len(),
            0
        );
        assert_eq!(
            testing::found(
                &OpenSocket,
                Product::Haproxy,
                "global\n stats socket 127.0.0.1:9999 level admin\n"
            )
            .len(),
            0
        );
        assert_eq!(
            testing::found(
                &OpenSocket,
                Product::Haproxy,
                "global\n stats socket /run/s mode 666 level admin\n"
            )
            .len(),
            1
        );
    }
}
