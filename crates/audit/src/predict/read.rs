//! Takes of a log's line what will be played.

use std::borrow::Cow;

use foreign::logs::{Binding, Kind, Line, Unserved};
use foreign::route::{Edits, To};

use super::batch::{ANSWERED, Batch, Cookie, Entry, NOWHERE};
use super::identity::Client;
use super::pool::{Pool, Wants};
use super::route::{Known, Router, Said, Why};
use super::sessions::NOBODY;
use super::variable;
use crate::subject::Subject;

/// What logs tell apart that do not say it.
const MILLI_S: f64 = 1e-3;

/// Names and addresses of a pool's servers.
type Members = Vec<(String, String)>;

/// What lines are read by: the rules of a configuration, and what its pools ask for.
pub(super) struct Rules {
    pub(super) router: Router,
    pub(super) wants: Wants,
    /// Of each pool.
    members: Vec<Members>,
}

impl Rules {
    /// Those of pools that are played.
    pub(super) fn new<'p>(
        subject: &Subject,
        pools: impl IntoIterator<Item = &'p Pool>,
        known: Vec<Known>,
        is_forced: bool,
    ) -> Rules {
        let router = Router::new(subject, known, is_forced);
        let (mut wants, mut members) = (Wants::uri(), Vec::new());
        for pool in pools {
            wants.add(&pool.wants);
            let named = pool.members.iter().map(|it| (it.name.clone(), it.address.clone()));
            members.push(named.collect());
        }
        Rules { router, wants, members }
    }
}

/// Reads a line by the rules of a configuration.
pub(super) fn read(
    batch: &mut Batch,
    mut entry: Entry,
    client: Client,
    line: &Line<'_>,
    rules: &Rules,
) -> Entry {
    let Rules { router, wants, members } = rules;
    let routed = router.route(entry.number, line);
    entry.pool = match routed.to {
        To::Pool(pool) => pool,
        To::Answered => ANSWERED,
        To::Elsewhere => NOWHERE,
    };
    let keyed = router.key(entry.number, line, entry.pool);
    let open_key = || match keyed.key {
        // By the rules it is known.
        Some(_) => None,
        None => router.open_key(entry.pool, line, &routed.edits),
    };
    entry.why = routed.why.or(keyed.doubt.map(Why::Key)).or_else(open_key);
    entry.said = routed.said;
    entry.unserved = line.unserved();
    if let Some((Unserved::Answered, _)) = entry.unserved {
        (entry.pool, entry.why) = (ANSWERED, None);
    }
    entry.at_s = line.at.unwrap_or(f64::NAN);
    entry.is_end = line.is_at_end;
    entry.source = line.client;
    entry.took_s = line.duration_s.map_or(f32::NAN, |took_s| took_s as f32);
    if entry.took_s == 0.0 {
        entry.took_s = (line.resolution_s.unwrap_or(MILLI_S) / 2.0) as f32;
        entry.is_instant = true;
    }
    let own = members.get(usize::from(entry.pool)).map_or(&[][..], Vec::as_slice);
    let place = |name: &[u8]| {
        let found = position(own, name);
        found.and_then(|at| u16::try_from(at).ok()).unwrap_or(NOBODY)
    };
    entry.server = line.server.map_or(NOBODY, place);
    if entry.server == NOBODY
        && entry.said == Said::Nothing
        && let Some(server) = line.server
        && routed.why.is_none()
        && members.iter().any(|members| position(members, server).is_some())
    {
        entry.said = Said::OtherPool;
    }
    entry.is_like = matches!(client, Client::Like(_));
    entry.binding = line.binding.filter(|_| entry.is_like);
    entry.cookie = match line.ended {
        _ if line.binding == Some(Binding::Kept) => Cookie::Valid,
        Some([_, _, b'V', _]) => Cookie::Valid,
        // Whoever is named is the same one, whatever cookies the balancer of then had.
        Some([_, _, b'N', _]) if matches!(client, Client::Like(_)) => Cookie::Absent,
        _ => Cookie::Untold,
    };
    entry.asked = routed.server.map_or(NOBODY, |name| place(name.as_bytes()));
    let target = routed.edits.target(line).unwrap_or(b"");
    let needed = if wants.uri { target } else { b"" };
    let headers = wants.headers.iter().map(|name| header(line, &routed.edits, name));
    let set = |name: &String| variable::written(routed.edits.told_variable(name));
    let variables = wants.variables.iter().map(set);
    let texts = std::iter::once(Cow::Borrowed(needed)).chain(headers).chain(variables);
    batch.hold(entry, texts, keyed.key.as_deref())
}

/// The place of a server among those of a pool.
fn position(members: &[(String, String)], name: &[u8]) -> Option<usize> {
    let is = |(known, address): &(String, String)| {
        known.as_bytes() == name || address.as_bytes() == name
    };
    members.iter().position(is)
}

/// The lines of a header, one below the other, as the rules have left it.
fn header<'l>(line: &Line<'l>, edits: &Edits, name: &str) -> Cow<'l, [u8]> {
    if let Some(lines) = edits.changed_header(name) {
        return Cow::Owned(lines);
    }
    if let Some(value) = line.header(name.as_bytes()) {
        return Cow::Borrowed(value);
    }
    // A log may have some cookies in columns of their own.
    let mut cookies = Vec::new();
    if name == "cookie" {
        let all = line.named.all().iter();
        for cookie in all.filter(|it| it.kind == Kind::Cookie && !it.value.is_empty()) {
            cookies.extend([cookie.name, b"=", cookie.value, b"; "].concat());
        }
    }
    Cow::Owned(cookies)
}
