//! Who asked in a window, as bytes: behind the window's counts, in a part of its own.

use std::sync::Arc;

use evenness::{Headcount, Ranking, Turnout};

use super::bytes::{Bytes, put_count, put_number, put_part};

/// A name with less than this part of the requests is not kept, 1 ÷ it.
const WORTH: u64 = 100;

pub(super) fn put(out: &mut Vec<u8>, turnout: &Turnout, requests: u64) {
    let Turnout { length_s, all, new, new_heard, new_there, clients, paths, agents } = turnout;
    if *length_s == 0.0 {
        return put_part(out, &[]);
    }
    let mut part = Vec::with_capacity(1024);
    for number in [length_s, new_heard, new_there] {
        put_number(&mut part, *number);
    }
    put_part(&mut part, &all.to_bytes());
    put_part(&mut part, &new.to_bytes());
    let least = requests / WORTH;
    put_ranking(&mut part, clients, least, |out, client| put_count(out, *client));
    put_ranking(&mut part, paths, least, |out, path| put_part(out, path.as_bytes()));
    put_ranking(&mut part, agents, least, |out, agent| put_part(out, agent.as_bytes()));
    put_part(out, &part);
}

/// Of bytes that are none, nobody knows who asked.
pub(super) fn read(bytes: &mut Bytes<'_>) -> Turnout {
    let part = bytes.part().unwrap_or_default();
    if part.is_empty() { Turnout::default() } else { of(&mut Bytes(part)).unwrap_or_default() }
}

fn of(part: &mut Bytes<'_>) -> Option<Turnout> {
    let [length_s, new_heard, new_there] = [(); 3].map(|()| part.number());
    Some(Turnout {
        length_s,
        new_heard,
        new_there,
        all: Headcount::from_bytes(part.part()?)?,
        new: Headcount::from_bytes(part.part()?)?,
        clients: ranking(part, |part| Some(part.count()))?,
        paths: ranking(part, text)?,
        agents: ranking(part, text)?,
    })
}

fn put_ranking<N: Clone + Ord>(
    out: &mut Vec<u8>,
    ranking: &Ranking<N>,
    least: u64,
    put: impl Fn(&mut Vec<u8>, &N),
) {
    let kept = || ranking.iter().filter(|(_, requests)| *requests >= least.max(1));
    put_count(out, kept().count() as u64);
    for (name, requests) in kept() {
        put_count(out, *requests);
        put(out, name);
    }
}

fn ranking<N: Clone + Ord>(
    part: &mut Bytes<'_>,
    read: impl Fn(&mut Bytes<'_>) -> Option<N>,
) -> Option<Ranking<N>> {
    let mut names = Vec::new();
    for _ in 0..part.count() {
        if part.is_empty() {
            return None;
        }
        let requests = part.count();
        names.push((read(part)?, requests));
    }
    Some(Ranking::restored(names))
}

fn text(part: &mut Bytes<'_>) -> Option<Arc<str>> {
    str::from_utf8(part.part()?).ok().map(Arc::from)
}
