//! Who is let in: `allow`, `deny`, and what refuses requests by what no log has.

use crate::Span;
use crate::logs::Line;
use crate::nginx::model::{Block, InForce, Who};

/// Whether a request is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Yes,
    No,
    /// A directive that may refuse it, and the place of what is told: `access` is about addresses,
    /// `method` about methods, `gate` about all else.
    Unknown(Span, &'static str),
    /// The same where the log has the status that the directive gives.
    Refused(Span, u16),
}

/// Whether a block lets a request in. Where the log says that it was served, what nobody can know
/// let it in.
pub(super) fn entry(block: &Block, line: &Line<'_>) -> Entry {
    let Some((methods, except, span)) = &block.except else { return by(&block.in_force, line) };
    let Some(method) = line.method else {
        return Entry::Unknown(*span, "method");
    };
    let is = |name: &str| name.as_bytes() == method || (name == "GET" && method == b"HEAD");
    by(if methods.iter().any(|name| is(name)) { &block.in_force } else { except }, line)
}

/// What `allow` and `deny` come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    Allowed,
    Denied,
    /// Nothing is about it.
    Passed,
    Unknown(Span),
}

fn by(in_force: &InForce, line: &Line<'_>) -> Entry {
    let asking = in_force.gates.iter().find(|gate| gate.asks());
    let was_let_in = line.server.is_some() || line.status.is_some_and(|status| status < 400);
    let open = |span: Span, what: &'static str, statuses: &[u16]| match line.status {
        _ if was_let_in => Entry::Yes,
        Some(status) if statuses.contains(&status) => Entry::Refused(span, status),
        _ => Entry::Unknown(span, what),
    };
    let address = address(in_force, line);
    // One of them is enough then.
    let is_either = in_force.satisfies_any && asking.is_some();
    let asking = match address {
        Address::Denied if !is_either => return Entry::No,
        Address::Unknown(span) if !is_either => match open(span, "access", &[403]) {
            Entry::Yes => asking,
            open => return open,
        },
        Address::Allowed if is_either => None,
        _ => asking,
    };
    match asking.or_else(|| in_force.gates.iter().find(|gate| !gate.asks())) {
        Some(gate) => open(gate.span, "gate", if gate.asks() { &[401, 403] } else { &[429, 503] }),
        None => Entry::Yes,
    }
}

fn address(in_force: &InForce, line: &Line<'_>) -> Address {
    let of = |allows: bool| if allows { Address::Allowed } else { Address::Denied };
    let mut rules = in_force.access.iter();
    let Some(client) = line.client else {
        let Some(first) = rules.next() else { return Address::Passed };
        // Where all come to the same the address does not matter.
        let is_same = first.who == Who::All || (first.allows && rules.all(|it| it.allows));
        return if is_same { of(first.allows) } else { Address::Unknown(first.span) };
    };
    let client = client.to_canonical();
    let found = rules.find(|rule| match rule.who {
        Who::All => true,
        Who::Network(network) => network.contains(&client),
        Who::Nobody => false,
    });
    found.map_or(Address::Passed, |rule| of(rule.allows))
}
