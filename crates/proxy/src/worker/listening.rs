//! Notes who asks: what is costly for a sample of the requests only.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use evenness::{Mixer, client_key};
use ledger::{Audience, Failed, Heard, Name};

/// For how many requests one stands once there are many.
const ONE_IN: u64 = 16;

/// Requests of a pool that wait to be taken, all workers' together.
const WAITING_MAX: usize = 8 * Audience::KEPT_MAX;

/// Pools, each with its second.
type ByPool = Vec<(Arc<str>, Audience, u64)>;

/// One worker's notes of the second that is running.
pub(crate) struct Listening {
    mixer: Mixer,
    pools: RefCell<ByPool>,
    handed: Arc<Handed>,
}

/// The notes of the seconds that ended, until they are taken.
#[derive(Debug, Default)]
pub(crate) struct Handed(Mutex<Vec<(Arc<str>, Audience)>>);

/// A request, as far as it is of interest who asks.
pub(crate) struct Asking<'a> {
    pub(crate) client: IpAddr,
    pub(crate) connection: u64,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) followed: bool,
    pub(crate) at_ms: u64,
}

impl Handed {
    /// Takes everything.
    pub(crate) fn take(&self) -> Vec<(Arc<str>, Audience)> {
        // A panic while it is held leaves a whole list.
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// When nobody takes them, the sample is complete: only the count goes on.
    fn put(&self, pools: ByPool) {
        let mut handed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, audience, _) in pools {
            match handed.iter_mut().find(|(own, _)| *own == name) {
                Some((_, waiting)) if waiting.heard.len() < WAITING_MAX => waiting.add(&audience),
                Some((_, waiting)) => waiting.distinct.merge(&audience.distinct),
                None => handed.push((name, audience)),
            }
        }
    }
}

impl Listening {
    pub(crate) fn new(mixer: Mixer, handed: Arc<Handed>) -> Self {
        Listening { mixer, pools: RefCell::default(), handed }
    }

    /// Notes a request of a pool. `agent` is asked where it is noted whole.
    pub(crate) fn note<'h>(
        &self,
        pool: &Arc<str>,
        asking: &Asking<'_>,
        agent: impl FnOnce() -> Option<&'h [u8]>,
    ) {
        let mut pools = self.pools.borrow_mut();
        let (audience, count) = of(&mut pools, pool);
        *count += 1;
        audience.distinct.note(self.mixer.client(asking.client));
        let many = audience.heard.len() >= Audience::ALL_UP_TO;
        if many && (!is_drawn(*count) || audience.heard.len() >= Audience::KEPT_MAX) {
            return;
        }
        let (path, agent) = (path(asking.target), agent());
        let path_key = self.mixer.bytes(path);
        let agent_key = agent.map_or(0, |agent| self.mixer.bytes(agent));
        let heard = audience.heard.len();
        if heard < Audience::NAMED_UP_TO || is_drawn(heard as u64) {
            name(&mut audience.names, path_key, |key| Name::of_path(key, path));
            if let Some(agent) = agent {
                name(&mut audience.names, agent_key, |key| Name::of_agent(key, agent));
            }
        }
        audience.heard.push(Heard {
            client: client_key(asking.client),
            path: path_key,
            agent: agent_key,
            connection: asking.connection,
            followed: asking.followed,
            asset: is_asset(path),
            at_ms: asking.at_ms,
            weight: if many { ONE_IN as u32 } else { 1 },
        });
    }

    /// Notes a request that its client may repeat.
    pub(crate) fn failed(&self, pool: &Arc<str>, client: IpAddr, target: &[u8], at_ms: u64) {
        let mut pools = self.pools.borrow_mut();
        let (audience, _) = of(&mut pools, pool);
        if audience.failed.len() < Audience::KEPT_MAX {
            let end = memchr::memchr(b'?', target).unwrap_or(target.len());
            let path = self.mixer.bytes(&target[..end]);
            audience.failed.push(Failed { client: client_key(client), path, at_ms });
        }
    }

    /// Hands the second over, whether it was a whole one or not.
    pub(crate) fn hand_over(&self) {
        let mut pools = self.pools.borrow_mut();
        if !pools.is_empty() {
            self.handed.put(std::mem::take(&mut *pools));
        }
    }
}

fn of<'p>(pools: &'p mut ByPool, name: &Arc<str>) -> (&'p mut Audience, &'p mut u64) {
    let known = pools.iter().position(|(own, ..)| Arc::ptr_eq(own, name) || own == name);
    let at = known.unwrap_or_else(|| {
        pools.push((Arc::clone(name), Audience::default(), 0));
        pools.len() - 1
    });
    let (_, audience, count) = &mut pools[at];
    (audience, count)
}

/// One in [`ONE_IN`], in no rhythm that clients could have: every sixteenth request may always be
/// the same page.
fn is_drawn(count: u64) -> bool {
    count.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - ONE_IN.trailing_zeros()) == 0
}

/// Once each. Those of a second are few: see [`Audience::NAMED_UP_TO`].
fn name(names: &mut Vec<Name>, key: u64, of: impl FnOnce(u64) -> Name) {
    if names.iter().all(|known| known.key != key) {
        names.push(of(key));
    }
}

fn path(target: &str) -> &[u8] {
    target.split('?').next().unwrap_or_default().as_bytes()
}

/// By the end of its name: what the endpoint says it is comes too late.
fn is_asset(path: &[u8]) -> bool {
    const ENDS: [&[u8]; 16] = [
        b"js", b"mjs", b"css", b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"avif", b"ico",
        b"woff", b"woff2", b"ttf", b"map", b"json",
    ];
    let Some(dot) = memchr::memrchr(b'.', path) else { return false };
    ENDS.contains(&&path[dot + 1..])
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn asking(number: u32) -> Asking<'static> {
        Asking {
            client: IpAddr::V4(Ipv4Addr::from(number)),
            connection: 1,
            target: "/a.css?v=1",
            followed: true,
            at_ms: 5,
        }
    }

    /// Goal: memory is fixed, and what is kept stands for all. Method: a million clients.
    #[test]
    fn many_clients_take_little() {
        let handed = Arc::new(Handed::default());
        let listening = Listening::new(Mixer::new(7), Arc::clone(&handed));
        let pool: Arc<str> = "p".into();
        (0..20_000).for_each(|number| listening.note(&pool, &asking(number), || None));
        listening.hand_over();
        let taken = handed.take();
        let audience = &taken[0].1;
        let stood_for: u64 = audience.heard.iter().map(|heard| u64::from(heard.weight)).sum();
        assert!((stood_for as f64 / 20_000.0 - 1.0).abs() < 0.05, "{stood_for}");
        assert!((audience.distinct.estimate() / 20_000.0 - 1.0).abs() < 0.05);
        (0..1_000_000).for_each(|number| listening.note(&pool, &asking(number), || None));
        listening.hand_over();
        let audience = &handed.take()[0].1;
        assert!(audience.heard.len() <= Audience::KEPT_MAX);
        assert_eq!(audience.names.len(), 1);
    }

    /// Goal: what is asked for much has a name, and made-up paths take little memory. Method: half
    /// of the requests for one path, the others for one each.
    #[test]
    fn what_is_heavy_has_a_name() {
        let handed = Arc::new(Handed::default());
        let listening = Listening::new(Mixer::new(7), Arc::clone(&handed));
        let pool: Arc<str> = "p".into();
        for number in 0..20_000 {
            let own = format!("/page/{number}?q=1");
            let target = if number % 2 == 0 { "/search?q=secret" } else { &own };
            let asking = Asking { target, ..asking(number) };
            listening.note(&pool, &asking, || Some(b"curl/8"));
        }
        listening.hand_over();
        let audience = &handed.take()[0].1;
        let names: Vec<&str> = audience.names.iter().map(|name| &*name.text).collect();
        assert!(names.contains(&"/search") && names.contains(&"curl/8"), "{names:?}");
        assert!(names.len() < 200, "{}", names.len());
        let named = audience.names.iter().find(|name| &*name.text == "/search").unwrap();
        assert!(audience.heard.iter().filter(|one| one.path == named.key).count() > 500);
    }

    #[test]
    fn what_waits_is_bounded() {
        let handed = Arc::new(Handed::default());
        let listening = Listening::new(Mixer::new(7), Arc::clone(&handed));
        let pool: Arc<str> = "p".into();
        for second in 0..100 {
            (0..3_000).for_each(|number| listening.note(&pool, &asking(second + number), || None));
            listening.failed(&pool, IpAddr::V4(Ipv4Addr::LOCALHOST), b"/a?b", 1);
            listening.hand_over();
        }
        assert!(handed.take()[0].1.heard.len() <= WAITING_MAX + Audience::KEPT_MAX);
    }

    #[test]
    fn parts_of_pages_are_known() {
        for (path, expected) in [
            ("/a/b.css", true),
            ("/x.woff2", true),
            ("/", false),
            ("/a.b/c", false),
            ("/js", false),
        ] {
            assert_eq!(is_asset(path.as_bytes()), expected, "{path}");
        }
    }
}
