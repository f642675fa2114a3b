//! Kept connections that a method behind them takes away.

use foreign::nginx::model::{Config, Redefined};
use foreign::nginx::syntax::Directive;
use foreign::{Placed, Sources, Span};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::edits::{line_after, removed};
use crate::rules::pools::upstreams;
use crate::severity::Severity;
use crate::subject::{Parsed, Subject};

static DOC: Doc = Doc {
    id: "EKA307",
    name: "keepalive-before-method",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "`keepalive` stands before the method of an upstream.",
    why: "The method takes `keepalive` away: nginx warns of a method that is redefined, which this \
          is not, and opens a connection for each request. Servers pay with handshakes, and run \
          out of ports when there is much to do.",
    source: "nginx's manual: `keepalive` has to stand behind the method. nginx 1.22: \"load \
             balancing method redefined\", exit status 0 [ran].",
    examples: &[Example {
        product: Product::Nginx,
        bad: "\
events {}
http {
  upstream portal {
    keepalive 32;
    least_conn;
    server 10.0.0.1;
  }
}
",
        good: "\
events {}
http {
  upstream portal {
    least_conn;
    server 10.0.0.1;
    keepalive 32;
  }
}
",
    }],
    fix: "Move `keepalive` behind the method.",
};

/// EKA307
#[derive(Debug)]
pub(in crate::rules) struct KeepaliveLost;

impl Rule for KeepaliveLost {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Nginx(config) = &case.subject.parsed {
            nginx(config, case.subject, found);
        }
    }
}

fn nginx(config: &Config, subject: &Subject, found: &mut Vec<Finding>) {
    for pool in upstreams(config).filter(|pool| pool.of.keepalive.is_none()) {
        let upstream = pool.of;
        let lost = upstream.redefined.iter().find(|it| it.value == Redefined::Keepalive);
        let Some(lost) = lost else { continue };
        let what = format!(
            "`{}` behind `keepalive` takes it away: `{}` opens a connection for each request",
            upstream.method.value.name(),
            pool.name
        );
        let finding = pool.finding(&DOC, what).at(lost.span);
        let files = subject.tree.iter().flat_map(|tree| &tree.files);
        let block = files.filter_map(|file| around(&file.directives, lost.span)).next();
        let moved = block.and_then(|block| moved(block, lost.span, subject.sources()));
        found.push(match moved {
            Some(parts) => finding.fix("put `keepalive` behind the method", parts),
            None => finding,
        });
    }
}

/// The block in which a directive stands.
fn around(block: &[Directive], head: Span) -> Option<&[Directive]> {
    if block.iter().any(|directive| directive.head() == head) {
        return Some(block);
    }
    block.iter().filter_map(Directive::block).find_map(|inner| around(inner, head))
}

/// Puts `keepalive` behind the method, where both stand there once and in so many words.
fn moved(block: &[Directive], method: Span, sources: &Sources) -> Option<Vec<Placed<String>>> {
    let mut all = block.iter().filter(|directive| directive.is("keepalive"));
    let (keepalive, None) = (all.next()?, all.next()) else { return None };
    let method = block.iter().find(|directive| directive.head() == method)?;
    let text = sources.slice(keepalive.span);
    // What crossplane prints of a file is not the file.
    let is_written = text.starts_with("keepalive") && text.ends_with(';');
    (is_written && keepalive.span.end <= method.span.start)
        .then(|| vec![removed(sources, keepalive.span), line_after(sources, method.span, text)])
}
