//! How rules are tested.

use std::fmt::Write;
use std::io::Cursor;

use foreign::logs::{Asked, Reader};
use foreign::running::{Address, Pool, Running, Server};

use crate::finding::Finding;
use crate::predict::{Clients, Log, Prediction, Question, predict_logs};
use crate::product::Product;
use crate::rule::{Case, Needs, Rule};
use crate::subject::{Subject, read_text};

/// What a rule finds in a text, with the examples' log or balancer where it needs one.
pub(super) fn found(rule: &dyn Rule, product: Product, text: &str) -> Vec<Finding> {
    found_running(rule, product, text, &running(product))
}

/// The same with a balancer that runs.
pub(super) fn found_running(
    rule: &dyn Rule,
    product: Product,
    text: &str,
    running: &Running,
) -> Vec<Finding> {
    let subject = read_text("example", text, Some(product)).expect("a configuration");
    assert!(subject.errors.is_empty(), "{text}\n{:?}", subject.errors);
    let prediction = (rule.doc().needs == Needs::Log).then(|| predicted(&subject));
    let running = std::slice::from_ref(running);
    let running = if rule.doc().needs == Needs::Running { running } else { &[] };
    let mut found = Vec::new();
    let case = Case { prediction: prediction.as_ref(), running, ..Case::of(&subject) };
    rule.judge(&case, &mut found);
    found
}

/// Holds a rule against the examples of its page.
pub(super) fn examples(rule: &dyn Rule) {
    let doc = rule.doc();
    if !matches!(doc.needs, Needs::Text | Needs::Log | Needs::Running) {
        return;
    }
    assert!(!doc.examples.is_empty(), "{}", doc.id);
    for example in doc.examples {
        let bad = found(rule, example.product, example.bad);
        assert!(!bad.is_empty(), "{}: nothing found in\n{}", doc.id, example.bad);
        assert!(bad.iter().all(|finding| finding.rule.id == doc.id));
        let good = found(rule, example.product, example.good);
        assert!(good.is_empty(), "{}: {good:?} in\n{}", doc.id, example.good);
    }
}

/// The balancer that [`reference`](crate::reference()) tells of.
fn running(product: Product) -> Running {
    let is_named = matches!(product, Product::Haproxy | Product::Evenkeel);
    let server = |number: u8| {
        let host = format!("10.0.0.{number}");
        let name = if is_named { format!("web{number}") } else { format!("{host}:80") };
        Server {
            address: Some(Address::Host(host, Some(80))),
            weight: Some(1.0),
            capacity: (product == Product::Evenkeel).then_some(100.0),
            ..Server::named(name)
        }
    };
    let servers = vec![server(1), server(2)];
    let pools = vec![Pool { name: "portal".to_owned(), is_discovered: false, servers }];
    Running { source: "example".to_owned(), pools, ..Running::default() }
}

fn predicted(subject: &Subject) -> Prediction {
    let question = Question {
        pool: None,
        down: &[],
        clients: Clients::New,
        service_s: 0.1,
        session: None,
        against: None,
    };
    let reader = Reader::new(Cursor::new(log().into_bytes()), &Asked::default()).expect("a log");
    let log = Log { name: "example".to_owned(), reader };
    predict_logs(subject, vec![log], &question, &mut |_| {}).expect("a prediction")
}

/// The log that [`reference`](crate::reference()) tells of.
fn log() -> String {
    const REQUESTS: usize = 12_000;
    const ADDRESSES: usize = 1000;
    let mut text = String::new();
    for at in 0..REQUESTS {
        // Four of ten; the others are dealt out in turn.
        let client =
            if at % 10 < 4 { 0 } else { 1 + (at / 10 * 6 + at % 10 - 4) % (ADDRESSES - 1) };
        let (minute, ms) = (at / 200, at % 200 * 300);
        let _ = writeln!(
            text,
            "10.1.{}.{}:5000 [10/Oct/2024:13:{minute:02}:{:02}.{:03}] web portal/none \
             0/0/0/3000/3000 200 5 - - ---- 1/1/1/1/0 0/0 \"GET /{client} HTTP/1.1\"",
            client / 250,
            client % 250 + 1,
            ms / 1000,
            ms % 1000
        );
    }
    text
}
