//! Who asked and why it went where, in a few lines below a pool's table.

use super::clients::{ClientFigures, Named};
use super::figures::PoolFigures;
use crate::table::number::{count, percent};
use crate::table::visible;

/// Names in a line, and characters of each.
const NAMES: usize = 3;
const NAME_MAX: usize = 36;

/// The lines; none of what is not known.
pub(super) fn lines(pool: &PoolFigures) -> String {
    let mut lines = Vec::new();
    if let Some(clients) = &pool.clients {
        lines.push(("clients", summary(clients)));
        let names = [("paths", &clients.top_paths), ("agents", &clients.top_agents)];
        let known = names.into_iter().filter(|(_, names)| !names.is_empty());
        lines.extend(known.map(|(title, names)| (title, listed(names))));
    }
    if !pool.picks.is_empty() {
        lines.push(("picks", reasons(pool)));
    }
    lines.iter().map(|(title, line)| format!("  {title:<8} {line}\n")).collect()
}

fn summary(clients: &ClientFigures) -> String {
    let new = clients.new_share.map_or("too many to tell who is new".to_owned(), |share| {
        format!("{} new, {} of the requests", count(clients.new as u64), percent(share))
    });
    let first = clients.top_clients.first();
    let who = first.map_or(String::new(), |first| format!(" {}", visible(&first.name)));
    [
        count(clients.distinct as u64),
        new,
        format!("busiest{who} {}", percent(clients.top_share)),
        format!("entropy {:.1} bits", clients.entropy_bits),
        format!("ten connections {}", percent(clients.top_connections_share)),
    ]
    .join(" · ")
}

fn listed(names: &[Named]) -> String {
    let said = |one: &Named| format!("{} {}", short(&visible(&one.name)), percent(one.share));
    names.iter().take(NAMES).map(said).collect::<Vec<String>>().join(" · ")
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME_MAX {
        return name.to_owned();
    }
    name.chars().take(NAME_MAX - 1).chain(['…']).collect()
}

/// The most frequent first.
fn reasons(pool: &PoolFigures) -> String {
    let all: u64 = pool.picks.values().sum();
    let mut picks: Vec<(&str, u64)> = pool.picks.iter().map(|(name, n)| (*name, *n)).collect();
    picks.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
    let said = |(name, n): (&str, u64)| {
        format!("{} {}", name.replace('_', " "), percent(n as f64 / all as f64))
    };
    picks.into_iter().map(said).collect::<Vec<String>>().join(" · ")
}
