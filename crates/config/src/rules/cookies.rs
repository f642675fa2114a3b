//! Two sticky pools that would overwrite each other's sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::site::Site;
use crate::finding::Finding;
use crate::settings::Route;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    if !site.spot("routes").is_whole() {
        return;
    }
    let doors: Vec<Door<'_>> = site.settings.routes.iter().map(Door::of).collect();
    for (cookie, places) in sharing(site) {
        let Some((host, mut pools)) = meeting(&doors, &places) else { continue };
        pools.sort_by_key(|pool| places[pool].start);
        let [first, second] = pools;
        let host = if host.is_empty() { "any host" } else { &host };
        let what = format!("pools `{first}` and `{second}` both set cookie `{cookie}` on {host}");
        let finding = Finding::error("shared-cookie", places[second].clone(), what)
            .why("a browser keeps one of them: each pool would destroy the other's sessions")
            .hint("leave `name` out: each pool's cookie is then `ek_` and its own name")
            .related(places[first].clone(), "the first one");
        out.push(finding);
    }
}

/// Sticky pools and where their cookie is named, for every cookie that several pools set.
fn sharing<'a>(site: &Site<'a>) -> BTreeMap<String, BTreeMap<&'a str, Range<usize>>> {
    let mut named: BTreeMap<String, BTreeMap<&str, Range<usize>>> = BTreeMap::new();
    for (name, pool, spot) in site.pools() {
        let place = spot.key("affinity");
        if let Some(affinity) = pool.affinity.as_ref().filter(|_| place.is_whole()) {
            let cookie = affinity.cookie(name).into_owned();
            named.entry(cookie).or_default().insert(name, place.key("name").span());
        }
    }
    named.retain(|_, pools| pools.len() > 1);
    named
}

/// A route: its hosts in lower case, the empty one for any host; its prefix without closing `/`.
struct Door<'a> {
    hosts: Vec<String>,
    prefix: &'a str,
    pool: &'a str,
}

impl<'a> Door<'a> {
    fn of(route: &'a Route) -> Self {
        let hosts = match route.hosts.as_slice() {
            [] => vec![String::new()],
            hosts => hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        };
        Self { hosts, prefix: route.path_prefix.trim_end_matches('/'), pool: &route.pool }
    }

    /// How closely it is meant for a host, in the router's order: the exact name, then the
    /// longest pattern, then any host.
    fn rank(&self, host: &str) -> Option<usize> {
        let rank = |pattern: &String| match pattern.strip_prefix('*') {
            Some(suffix) => host.ends_with(suffix).then_some(pattern.len()),
            None if pattern.is_empty() => Some(0),
            None => (pattern == host).then_some(usize::MAX),
        };
        self.hosts.iter().filter_map(rank).max()
    }
}

/// A host under which two of the pools serve, if there is one; empty for hosts no route names.
fn meeting<'a>(
    doors: &[Door<'a>],
    pools: &BTreeMap<&str, Range<usize>>,
) -> Option<(String, [&'a str; 2])> {
    let ours = doors.iter().filter(|door| pools.contains_key(door.pool));
    // Where two patterns meet, the narrower one is all of it; so these hosts are enough.
    let hosts: BTreeSet<&String> = ours.flat_map(|door| &door.hosts).collect();
    hosts.into_iter().find_map(|host| {
        let mut served = serving(doors, host).into_iter().filter(|pool| pools.contains_key(pool));
        let first = served.next()?;
        let second = served.find(|pool| *pool != first)?;
        Some((host.clone(), [first, second]))
    })
}

/// The pools that requests for a host come to; `*.a.example` stands for every host of the
/// pattern that has no route of its own.
fn serving<'a>(doors: &[Door<'a>], host: &str) -> Vec<&'a str> {
    let ranked = doors.iter().filter_map(|door| Some((door.rank(host)?, door)));
    let mut ranked: Vec<(usize, &Door<'_>)> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    let shadowed = |(rank, door): &&(usize, &Door<'_>)| {
        let mut before = ranked.iter().take_while(|(above, _)| above > rank);
        before.any(|(_, above)| covers(above.prefix, door.prefix))
    };
    ranked.iter().filter(|entry| !shadowed(entry)).map(|(_, door)| door.pool).collect()
}

/// Whether every path under `prefix` is also under `wide`.
fn covers(wide: &str, prefix: &str) -> bool {
    prefix.strip_prefix(wide).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    /// The valid file, made sticky, with a second sticky pool and a route to it.
    fn check(p: &str, q: &str, route: &str, expected: &[&str]) {
        let first = VALID.replace("[pools.p]\n", &format!("[pools.p]\naffinity = {p}\n"));
        let second = format!("[pools.q]\naffinity = {q}\n[[pools.q.endpoints]]\nname = \"e\"");
        let text = format!(
            "{first}{second}\naddress = \"10.0.0.3:80\"\n[[routes]]\npool = \"q\"\n{route}\n"
        );
        assert_eq!(slugs_of(&text), expected, "{text}");
    }

    const SAME_HOST: &str = "hosts = [\"A.example\"]\npath_prefix = \"/api\"";

    #[test]
    fn pools_that_meet_have_two_cookies() {
        check("{}", "{}", SAME_HOST, &[]);
        check("{ name = \"s\" }", "{ name = \"t\" }", SAME_HOST, &[]);
        check("{ name = \"s\" }", "{ name = \"S\" }", SAME_HOST, &[]);
        check("{ name = \"s\" }", "{ name = \"s\" }", SAME_HOST, &["shared-cookie"]);
        check("{ name = \"ek_q\" }", "{}", SAME_HOST, &["shared-cookie"]);
    }

    /// Goal: only pools that one host reaches meet. Method: the first pool takes all of
    /// `a.example`; routes to the second are beside it, behind it, and before it.
    #[test]
    fn pools_that_never_meet_may_share_a_name() {
        let check = |route: &str, expected: &[&str]| {
            check("{ name = \"s\" }", "{ name = \"s\" }", route, expected);
        };
        check("hosts = [\"b.example\"]", &[]);
        check("", &[]);
        check("hosts = [\"*.example\"]\npath_prefix = \"/api\"", &[]);
        check("hosts = [\"b.example\", \"a.example\"]\npath_prefix = \"/x/\"", &["shared-cookie"]);
        let wild = "\n[[routes]]\npool = \"p\"\nhosts = [\"*.example\"]\npath_prefix = \"/api\"";
        check(wild, &["shared-cookie"]);
        check(&format!("hosts = [\"*.b.example\"]{wild}"), &[]);
        let part = "hosts = [\"*.b.example\"]\npath_prefix = \"/apis\"";
        check(&format!("{part}{wild}"), &["shared-cookie"]);
        check("hosts = [\"b.example\"]\n[[routes]]\npool = \"p\"\nhosts = [\"*.b.example\"]", &[]);
    }
}
