//! HAProxy's page of statistics where everybody may take servers out.

use foreign::haproxy::model::{Config, Proxy, Section, Statement};

use super::open_socket::{DOC, is_open};
use crate::finding::Finding;

pub(super) fn judge(config: &Config, found: &mut Vec<Finding>) {
    for proxy in &config.proxies {
        let is_reached = proxy.binds.iter().flat_map(|bind| &bind.addresses).any(is_open);
        let Some(admin) = admin(config, proxy).filter(|_| is_reached) else { continue };
        if sections(config, proxy).any(is_guarded) {
            continue;
        }
        let what = format!(
            "whoever reaches the page of `{}` may take servers out: it asks for no password",
            proxy.name
        );
        found.push(Finding::new(&DOC, what).at(admin.span).of(proxy.name.as_ref()));
    }
}

/// The line that lets everybody in.
fn admin<'c>(config: &'c Config, proxy: &Proxy) -> Option<&'c Statement> {
    let section = config.sections.get(proxy.section)?;
    section.statements.iter().find(|line| {
        let words: Vec<&str> = line.words.iter().map(|word| word.text.as_ref()).collect();
        matches!(words.as_slice(), ["stats", "admin", "if", always] if
            always.eq_ignore_ascii_case("true"))
    })
}

/// A proxy's own section, and that of the `defaults` it starts from.
fn sections<'c>(config: &'c Config, proxy: &Proxy) -> impl Iterator<Item = &'c Section> {
    let defaults = proxy.defaults.and_then(|at| config.proxies.get(at));
    let both = [Some(proxy.section), defaults.map(|defaults| defaults.section)];
    both.into_iter().flatten().filter_map(|at| config.sections.get(at))
}

/// Whether somebody is asked who he is, or turned away.
fn is_guarded(section: &Section) -> bool {
    section.statements.iter().any(|line| {
        let word = |at: usize| line.words.get(at).map_or("", |word| word.text.as_ref());
        match (word(0), word(1)) {
            ("stats", "auth" | "http-request") => true,
            ("http-request" | "tcp-request" | "block", _) => true,
            ("bind", _) => line.words.iter().any(|word| word.text.as_ref() == "verify"),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::product::Product;
    use crate::rules::control::OpenSocket;
    use crate::rules::testing;

    #[test]
    fn a_password_or_a_local_address_is_enough() {
        let check = |bind: &str, lines: &str, count: usize| {
            let text = format!("listen stats\n mode http\n bind {bind}\n stats enable\n {lines}\n");
            let found = testing::found(&OpenSocket, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check(":8404", "stats admin if TRUE", 1);
        check("127.0.0.1:8404", "stats admin if TRUE", 0);
        check(":8404", "stats admin if TRUE\n stats auth ada:secret", 0);
        check(":8404", "stats admin if LOCALHOST", 0);
        check(":8404", "stats uri /", 0);
        check(":8404", "stats admin if TRUE\n http-request deny unless { src 10.0.0.0/8 }", 0);
    }
}
