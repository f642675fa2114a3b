//! Servers that are said to be down: `web3`, or `shop/web3` where several pools have one.

use super::failure::Failure;
use super::pool::Pool;

/// By pool, the places of the servers that are down; and what is to be said of them.
pub(super) fn places(
    pools: &[Pool],
    down: &[String],
) -> Result<(Vec<Vec<usize>>, Vec<String>), Failure> {
    let (mut places, mut notes) = (vec![Vec::new(); pools.len()], Vec::new());
    for name in down {
        let found: Vec<(usize, usize)> = found(pools, name);
        match found.as_slice() {
            [] => return Err(unknown(pools, name)),
            [_] => {}
            several => {
                let names: Vec<String> =
                    several.iter().map(|(at, _)| format!("`{}`", pools[*at].name)).collect();
                let first = &pools[several[0].0].name;
                notes.push(format!(
                    "`{name}` is down in all pools that have one, {}; `{first}/{name}` means one",
                    names.join(", ")
                ));
            }
        }
        found.into_iter().for_each(|(at, place)| places[at].push(place));
    }
    Ok((places, notes))
}

/// Pools and places of the servers that a name means.
fn found(pools: &[Pool], name: &str) -> Vec<(usize, usize)> {
    let all = |pool: Option<&str>, server: &str| {
        let asked = pools.iter().enumerate().filter(|(_, it)| pool.is_none_or(|p| p == it.name));
        let found = asked.filter_map(|(at, it)| Some((at, it.named(server.as_bytes())?)));
        found.collect::<Vec<_>>()
    };
    let whole = all(None, name);
    if !whole.is_empty() {
        return whole;
    }
    // A name or an address may have a slash itself.
    let parts = name.match_indices('/').map(|(at, _)| (&name[..at], &name[at + 1..]));
    parts.map(|(pool, server)| all(Some(pool), server)).find(|it| !it.is_empty()).unwrap_or(whole)
}

fn unknown(pools: &[Pool], name: &str) -> Failure {
    let mut known: Vec<String> = Vec::new();
    for pool in pools {
        for member in &pool.members {
            let whole = format!("{}/{}", pool.name, member.name);
            known.push(if name.contains('/') { whole } else { member.name.clone() });
        }
    }
    let nearest = config::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
    Failure::UnknownServer(name.to_owned(), nearest)
}
