//! Counts the requests whose way is not certain, by pool and by what it rests on.

use std::collections::BTreeMap;

use super::prediction::{Assumption, Open};
use super::route::{Router, Why};

/// Requests whose way is not certain.
#[derive(Default)]
pub(super) struct Assumed(BTreeMap<(u16, Why), Requests>);

/// Requests that were given to a pool for one reason.
struct Requests {
    why: String,
    count: u64,
}

impl Assumed {
    /// Counts one, and tells the reason.
    pub(super) fn note(&mut self, pool: u16, why: Why, router: &Router) -> &str {
        let first = || Requests { why: router.told(why), count: 0 };
        let requests = self.0.entry((pool, why)).or_insert_with(first);
        requests.count += 1;
        &requests.why
    }

    /// What was assumed of which pool's requests, the most of them first.
    pub(super) fn all(&self, names: &[String]) -> Vec<Assumption> {
        let told = |((pool, why), requests): (&(u16, Why), &Requests)| Assumption {
            pool: names.get(usize::from(*pool)).cloned(),
            requests: requests.count,
            open: if why.is_of_server() { Open::Server } else { Open::Pool },
            why: requests.why.clone(),
        };
        let mut all: Vec<Assumption> = self.0.iter().map(told).collect();
        all.sort_by_key(|it| std::cmp::Reverse(it.requests));
        all
    }
}

/// An assumption, in a sentence.
pub(super) fn told(assumption: &Assumption) -> String {
    let Assumption { pool, requests, open, why } = assumption;
    let to = match pool {
        Some(pool) if *open == Open::Server => {
            return format!(
                "which servers {requests} requests of `{pool}` go to the log leaves open. {why}"
            );
        }
        Some(pool) => format!("are taken to go to `{pool}`"),
        None => "are taken to go to no pool".to_owned(),
    };
    format!("{requests} requests {to}, which the log leaves open. {why}")
}
