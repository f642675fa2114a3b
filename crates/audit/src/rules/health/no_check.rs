//! Servers that nobody checks.

use foreign::haproxy::model::{Config, Mode, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH401",
    name: "no-health-check",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Servers that share a load are not checked.",
    why: "A server that is not checked is never left out. When it dies, its share of the \
          requests fails for as long as it is dead.",
    source: "Measured: HAProxy 2.6 takes such a backend without a word.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend app
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
        good: "\
backend app
  default-server check
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
    }],
    fix: "Add `check` to every server, or to `default-server`.",
};

/// EKH401
#[derive(Debug)]
pub(in crate::rules) struct NoCheck;

impl Rule for NoCheck {
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
    let is_off = |off: Option<foreign::Placed<bool>>| off.is_some_and(|off| off.value);
    for proxy in config.backends().filter(|proxy| !is_off(proxy.settings.disabled)) {
        if !matches!(proxy.mode(), Mode::Http | Mode::Tcp) {
            continue;
        }
        let used =
            |server: &&Server| !server.settings.is_backup() && !server.settings.is_disabled();
        let used: Vec<_> = proxy.servers.iter().filter(used).collect();
        let blind: Vec<_> = used.iter().filter(|server| !is_watched(server)).collect();
        let Some(first) = blind.first().filter(|_| used.len() > 1) else { continue };
        let names: Vec<_> = blind.iter().take(5).map(|one| format!("`{}`", one.name)).collect();
        let what = format!(
            "{} of {} servers of `{}` are not checked: {}{}",
            blind.len(),
            used.len(),
            proxy.name,
            names.join(", "),
            if blind.len() > names.len() { ", …" } else { "" }
        );
        found.push(Finding::new(&DOC, what).at(first.span).of(proxy.name.as_ref()));
    }
}

fn is_watched(server: &Server) -> bool {
    let settings = &server.settings;
    let is_asked = settings.agent_check.is_some_and(|asked| asked.value);
    settings.is_checked() || is_asked || settings.track.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn one_server_alone_and_tracked_ones_are_not_meant() {
        assert_eq!(
            testing::found(&NoCheck, Product::Haproxy, "backend p\n server a 10.0.0.1:80\n").len(),
            0
        );
        assert_eq!(
            testing::found(
                &NoCheck,
                Product::Haproxy,
                "backend p\n server a 10.0.0.1:80 check\n server b 10.0.0.2:80 track p/a\n"
            )
            .len(),
            0
        );
    }
}
