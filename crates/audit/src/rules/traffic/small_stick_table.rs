//! Stick tables that have fewer entries than the traffic has keys.

use foreign::Span;
use foreign::haproxy::model::{Config, Proxy, StickAction};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKP105",
    name: "stick-table-too-small",
    severity: Severity::Warning,
    needs: Needs::Log,
    what: "A stick table has fewer entries than the log has keys at a time.",
    why: "A full table forgets who was quiet for longest, and with `nopurge` it takes nobody in. \
          Whoever is forgotten gets another server with the next request, in the middle of a \
          session, and at the busiest hour first.",
    source: "HAProxy's manual on `stick-table`, `size` and `nopurge`; that a full table forgets is \
             imitated and held against HAProxy 2.6 [ran].",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  mode http
  stick-table type ip size 500 expire 8h
  stick on src
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
        good: "\
backend portal
  mode http
  stick-table type ip size 100k expire 8h
  stick on src
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
    }],
    fix: "Make `size` twice the keys that are there at a time, or `expire` shorter.",
};

/// EKP105
#[derive(Debug)]
pub(in crate::rules) struct SmallStickTable;

impl Rule for SmallStickTable {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        let (Parsed::Haproxy(config), Some(prediction)) = (&case.subject.parsed, case.prediction)
        else {
            return;
        };
        for pool in &prediction.pools {
            let keys = &pool.keys;
            let Some(room) = keys.room.filter(|&room| room < keys.distinct) else { continue };
            // More keys than entries is no fault as long as the older ones end in time.
            if keys.crowded_out == 0 {
                continue;
            }
            let what = format!(
                "the table of `{}` has {room} entries and the log about {} keys: {} times one was \
                 forgotten before its time, or not taken in",
                pool.name, keys.distinct, keys.crowded_out
            );
            found.push(Finding::new(&DOC, what).at(table(config, &pool.name)).of(&*pool.name));
        }
    }
}

fn table(config: &Config, backend: &str) -> Option<Span> {
    let named = |name: &str| config.proxies.iter().find(|proxy| proxy.name.as_ref() == name);
    let own: &Proxy = named(backend)?;
    let rule = own.stick_rules.iter().find(|rule| rule.action == StickAction::On)?;
    let holder = rule.table.as_deref().map_or(Some(own), named)?;
    holder.stick_table.as_ref().map(|table| table.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    /// Goal: what counts is who is remembered at a time. Method: a thousand addresses that come
    /// in turn within an hour, and tables of one size that forget sooner or later.
    #[test]
    fn keys_that_end_in_time_need_no_room() {
        let check = |table: &str, count: usize| {
            let text = DOC.examples[0].bad.replace("size 500 expire 8h", table);
            let found = testing::found(&SmallStickTable, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("size 500 expire 8h", 1);
        check("size 500", 1);
        check("size 500 expire 8h nopurge", 1);
        check("size 500 expire 1m", 0);
        check("size 2k", 0);
        let found = testing::found(&SmallStickTable, Product::Haproxy, DOC.examples[0].bad);
        let what = &found[0].what;
        assert!(what.contains("has 500 entries and the log about "), "{what}");
    }

    #[test]
    fn without_a_log_nothing_is_said() {
        let text = DOC.examples[0].bad;
        let subject = crate::read_text("example", text, Some(Product::Haproxy)).unwrap();
        let mut found = Vec::new();
        SmallStickTable.judge(&Case::of(&subject), &mut found);
        assert!(found.is_empty());
    }
}
