//! Hashes of what all requests have in common.

use foreign::nginx::model::{Config, Method, Target, Upstream};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::upstreams;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA308",
    name: "constant-hash-key",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "The key of a hash is the same for all requests.",
    why: "One key is one server: it gets everything, and the others stand by. A `$` that was \
          forgotten is enough.",
    source: "The arithmetic; nginx 1.22 takes `hash abc;` without a word [ran].",
    examples: &[Example {
        product: Product::Nginx,
        bad: "\
events {}
http {
  upstream images {
    hash uri consistent;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
        good: "\
events {}
http {
  upstream images {
    hash $uri consistent;
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
    }],
    fix: "Hash what differs between users or contents: `$uri`, `$cookie_NAME`, `$arg_NAME`.",
};

/// Variables of nginx's that are the same for all requests of one server.
const CONSTANT: [&str; 4] = ["$server_name", "$server_port", "$hostname", "$nginx_version"];

/// EKA308
#[derive(Debug)]
pub(in crate::rules) struct ConstantKey;

impl Rule for ConstantKey {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Nginx(config) = &case.subject.parsed {
            nginx(config, found);
        }
    }
}

fn nginx(config: &Config, found: &mut Vec<Finding>) {
    for (index, pool) in upstreams(config).enumerate() {
        let upstream = pool.of;
        let Method::Hash { key, .. } = &upstream.method.value else { continue };
        let count = pool.servers.len();
        if count < 2 || !is_constant(config, index, key) {
            continue;
        }
        found.push(finding(upstream, key, count));
    }
}

fn is_constant(config: &Config, upstream: usize, key: &str) -> bool {
    if !key.contains('$') {
        return true;
    }
    let leads = |end: &foreign::nginx::model::End| end.target == Target::Upstream(upstream);
    let passes = config.passes.iter().filter(|pass| pass.ends.iter().any(leads));
    let mut servers: Vec<usize> = passes.map(|pass| pass.server).collect();
    servers.dedup();
    CONSTANT.contains(&key) && servers.len() == 1
}

fn finding(upstream: &Upstream, key: &str, count: usize) -> Finding {
    let what = format!(
        "`{key}` is the same for all requests: one of {count} servers of `{}` gets everything",
        upstream.name.value
    );
    Finding::new(&DOC, what).at(upstream.method.span).of(upstream.name.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn a_key_that_differs_is_none() {
        let check = |key: &str, more: &str, count: usize| {
            let server = "server { location / { proxy_pass http://u; } }";
            let text = format!(
                "events {{}}\nhttp {{ upstream u {{ hash {key}; server a; server b; }}\n{server} \
                 {more} }}\n"
            );
            let found = testing::found(&ConstantKey, Product::Nginx, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("uri", "", 1);
        check("$uri", "", 0);
        check("x$arg_y", "", 0);
        check("$server_name", "", 1);
        check("$server_name", "server { listen 81; location / { proxy_pass http://u; } }", 0);
    }
}
