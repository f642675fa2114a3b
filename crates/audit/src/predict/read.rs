//! Takes of a log's line what will be played.

use foreign::logs::Line;
use foreign::route::To;

use super::batch::{ANSWERED, Batch, Entry, NOWHERE};
use super::pool::Wants;
use super::route::Router;
use super::sessions::NOBODY;

/// Names and addresses of a pool's servers.
pub(super) type Members = Vec<(String, String)>;

/// Adds a line; `members` are those of each pool.
pub(super) fn read(
    batch: &mut Batch,
    mut entry: Entry,
    line: &Line<'_>,
    router: &Router,
    wants: &Wants,
    members: &[Members],
) {
    let routed = router.route(entry.number, line);
    entry.pool = match routed.to {
        To::Pool(pool) => pool,
        To::Answered => ANSWERED,
        To::Elsewhere => NOWHERE,
    };
    entry.why = routed.why;
    entry.at_s = line.at.unwrap_or(f64::NAN);
    entry.source = line.client;
    entry.took_s = line.duration_s.map_or(f32::NAN, |took_s| took_s as f32);
    let members = members.get(usize::from(entry.pool)).map_or(&[][..], Vec::as_slice);
    let place = |name: &[u8]| {
        let is = |(known, address): &(String, String)| {
            known.as_bytes() == name || address.as_bytes() == name
        };
        let found = members.iter().position(is);
        found.and_then(|at| u16::try_from(at).ok()).unwrap_or(NOBODY)
    };
    entry.server = line.server.map_or(NOBODY, place);
    entry.asked = routed.server.map_or(NOBODY, |name| place(name.as_bytes()));
    let target = line.target.unwrap_or(b"");
    let headers = wants.headers.iter().map(|name| line.header(name.as_bytes()).unwrap_or(b""));
    let needed = if wants.uri { target } else { b"" };
    batch.push(entry, std::iter::once(needed).chain(headers));
}
