//! What becomes of a session: kept, rebound, split, never lost.
#![cfg(not(miri))]

mod pools;

use std::sync::Arc;

use balance::{Ask, Claims, Outcome, Pick, Pool, PoolSpec, Reason, Refusal, Rng, SessionState};
use pools::SECOND;

const NOW_S: u32 = 1000;

struct Desk {
    pool: Arc<Pool>,
    rng: Rng,
    now_ns: u64,
}

impl Desk {
    fn new(change: impl FnOnce(&mut PoolSpec)) -> Self {
        let mut spec = pools::sticky(3, 10.0);
        change(&mut spec);
        Desk { pool: Arc::new(Pool::new(spec, 1, 1)), rng: Rng::new(1), now_ns: 1 }
    }

    fn ask(&mut self, session: Option<Claims>, tried: &[u16]) -> Result<Pick, Refusal> {
        let ask = Ask { session, tried, now_ns: self.now_ns, now_s: NOW_S, ..Ask::default() };
        self.pool.pick(&ask, &mut self.rng)
    }

    /// A session bound by its first request, which has ended.
    fn bound(&mut self) -> (Claims, usize) {
        let Ok(pick) = self.ask(None, &[]) else { panic!("all are open") };
        let Some(claims) = pick.bind else { panic!("a first request binds") };
        (claims, pick.lease.index())
    }

    /// All serve strangers so well that one failure stands out.
    fn serve_well(&mut self) {
        for _ in 0..120 {
            let Ok(pick) = self.ask(None, &[]) else { panic!("all are open") };
            pick.lease.judge(Outcome::Success { first_byte_ns: 1000 }, self.now_ns);
        }
        self.now_ns += SECOND / 50;
        self.pool.tick(self.now_ns);
    }

    fn replan(&mut self, change: impl FnOnce(&mut PoolSpec)) {
        let mut spec = self.pool.spec().clone();
        change(&mut spec);
        self.pool = Arc::new(self.pool.replan(spec, self.now_ns));
    }
}

fn state(spec: &mut PoolSpec, state: SessionState) {
    spec.affinity.iter_mut().for_each(|affinity| affinity.state = state);
}

/// Goal: a session stays, without a new cookie. Method: a hundred requests.
#[test]
fn a_session_is_kept() {
    let mut desk = Desk::new(|_| {});
    let (claims, index) = desk.bound();
    assert_eq!(claims.expires_at_s, NOW_S + 8 * 3600);
    for _ in 0..100 {
        let pick = desk.ask(Some(claims), &[]).expect("all are open");
        assert_eq!((pick.lease.index(), pick.reason), (index, Reason::AffinityKept));
        assert_eq!((pick.bind, pick.left, pick.propensity), (None, None, 1.0));
    }
}

/// Goal: users of an endpoint that is removed, down or ejected are rebound, keeping their
/// session and its expiry. Method: each of the three, then one request.
#[test]
fn a_homeless_session_is_rebound() {
    for cause in ["removed", "down", "ejected"] {
        let mut desk = Desk::new(|spec| spec.ejection.consecutive = 1);
        desk.serve_well();
        let (claims, index) = desk.bound();
        let name = desk.pool.endpoints()[index].name().to_owned();
        match cause {
            "removed" => desk.replan(|spec| spec.endpoints.retain(|e| e.name != name)),
            "down" => desk.pool.set_down(&name, true, 2),
            _ => {
                let pick = desk.ask(Some(claims), &[]).expect("all are open");
                pick.lease.judge(Outcome::Failure, 2);
            }
        }
        let pick = desk.ask(Some(claims), &[]).expect("two are open");
        assert_eq!(pick.reason, Reason::AffinityMoved, "{cause}");
        assert_ne!(pick.lease.endpoint().name(), name, "{cause}");
        let bind = pick.bind.expect("it is bound anew");
        assert_eq!((bind.session, bind.expires_at_s), (claims.session, claims.expires_at_s));
        assert_eq!(pick.left, (cause != "removed").then_some(index), "{cause}");
    }
}

/// Goal: an expired cookie and one of another epoch begin a new session.
/// Method: the same claims, aged or renumbered.
#[test]
fn an_old_cookie_begins_anew() {
    let mut desk = Desk::new(|_| {});
    let (claims, _) = desk.bound();
    for old in [Claims { expires_at_s: NOW_S, ..claims }, Claims { epoch: 1, ..claims }] {
        let pick = desk.ask(Some(old), &[]).expect("all are open");
        let bind = pick.bind.expect("it is bound anew");
        assert_ne!(bind.session, claims.session);
        assert_eq!((bind.expires_at_s, pick.left), (NOW_S + 8 * 3600, None));
    }
}

/// Goal: hard state is never moved: it waits at a full endpoint and is counted there; soft
/// state goes elsewhere. Method: an endpoint filled to its limit by one session.
#[test]
fn hard_state_waits() {
    for hard in [true, false] {
        let kind = if hard { SessionState::Hard } else { SessionState::Soft };
        let mut desk = Desk::new(|spec| {
            state(spec, kind);
            spec.endpoints.iter_mut().for_each(|endpoint| endpoint.limit = Some(2));
        });
        let (claims, index) = desk.bound();
        let held = [desk.ask(Some(claims), &[]), desk.ask(Some(claims), &[])];
        assert!(held.iter().flatten().all(|pick| pick.lease.index() == index));
        match desk.ask(Some(claims), &[]) {
            Err(Refusal::Full) => {
                let counted = desk.pool.unmovable();
                assert!(hard && counted > 0);
                let now = (desk.now_ns, NOW_S);
                assert_eq!(desk.pool.only_endpoint(&claims, now.1), Some(claims.endpoint));
                let again = Ask { session: Some(claims), now_s: now.1, ..Ask::default() };
                let again = Ask { now_ns: now.0, since_ns: Some(now.0), again: true, ..again };
                assert!(desk.pool.pick(&again, &mut desk.rng).is_err());
                assert_eq!(desk.pool.unmovable(), counted, "asking again is the same request");
                let name = desk.pool.endpoints()[index].name().to_owned();
                desk.pool.set_down(&name, true, 2);
                assert_eq!(desk.pool.only_endpoint(&claims, now.1), None, "it lost its own");
            }
            Ok(pick) => assert!(!hard && pick.lease.index() != index),
            Err(refusal) => panic!("there are others: {refusal:?}"),
        }
    }
}

/// Goal: a retry rebinds its session to where it succeeded, but hard state is looked for where
/// it is until that endpoint is down. Method: a second attempt, with the first endpoint up, down.
#[test]
fn a_retry_of_hard_state_rebinds_only_from_an_endpoint_that_is_down() {
    for down in [false, true] {
        let mut desk = Desk::new(|spec| state(spec, SessionState::Hard));
        let (claims, index) = desk.bound();
        let name = desk.pool.endpoints()[index].name().to_owned();
        desk.pool.set_down(&name, down, 2);
        let pick = desk.ask(Some(claims), &[index as u16]).expect("two are open");
        assert_eq!((pick.reason, pick.bind.is_some()), (Reason::Retry, down));
    }
}

/// Goal: a retry rebinds its session to where it succeeded. Method: a second attempt.
#[test]
fn a_retry_rebinds() {
    let mut desk = Desk::new(|_| {});
    let (claims, index) = desk.bound();
    let pick = desk.ask(Some(claims), &[index as u16]).expect("two are open");
    assert_eq!((pick.reason, pick.left), (Reason::Retry, Some(index)));
    let bind = pick.bind.expect("it is bound anew");
    assert_eq!((bind.endpoint, bind.session), (pick.lease.endpoint().id(), claims.session));
}

/// Goal: one cookie in the hands of many becomes many sessions; one user's own stays one.
/// Method: 200 requests per second with one cookie while others' traffic is a tenth of it.
#[test]
fn a_shared_cookie_is_split() {
    let mut desk = Desk::new(|_| {});
    let (claims, index) = desk.bound();
    let mut held = Vec::new();
    let mut sessions = Vec::new();
    for step in 0..400 {
        desk.now_ns += SECOND / 200;
        desk.pool.tick(desk.now_ns);
        let pick = desk.ask(Some(claims), &[]).expect("all are open");
        if pick.lease.index() != index {
            sessions.push(pick.bind.map(|bind| bind.session));
        }
        held.push(pick);
        if step % 10 == 0 {
            held.push(desk.ask(None, &[]).expect("all are open"));
        }
    }
    // Until the cookie is known to be shared, its session is one busy user's.
    let first = sessions.iter().position(|&id| id != Some(claims.session)).expect("it is split");
    let mut sessions = sessions.split_off(first);
    assert!(sessions.len() > 10, "{} of 400 were split off after {first}", sessions.len());
    assert!(!sessions.contains(&Some(claims.session)) && !sessions.contains(&None));
    sessions.dedup();
    assert!(sessions.len() > 10, "each has a session of its own");
}

/// Goal: a guest whose home is gone stays where it is, and one whose host is gone goes home.
/// Method: each of the two taken down.
#[test]
fn a_guest_loses_neither_home_nor_host() {
    for home_goes in [true, false] {
        let mut desk = Desk::new(|_| {});
        let id = |desk: &Desk, index: usize| desk.pool.endpoints()[index].id();
        let (claims, index) = desk.bound();
        let host = (index + 1) % 3;
        let guest = Claims { endpoint: id(&desk, host), home: Some(id(&desk, index)), ..claims };
        let goes = if home_goes { index } else { host };
        let name = desk.pool.endpoints()[goes].name().to_owned();
        desk.pool.set_down(&name, true, 2);
        let pick = desk.ask(Some(guest), &[]).expect("two are open");
        assert_eq!(pick.lease.index(), if home_goes { host } else { index });
        assert_eq!(pick.bind, (!home_goes).then_some(claims));
    }
}

/// Goal: a guest whose home is at its limit stays with its host, and keeps its home.
/// Method: a home with a limit of one place, which is taken.
#[test]
fn a_guest_waits_for_a_place_at_home() {
    let mut desk = Desk::new(|spec| spec.endpoints.iter_mut().for_each(|e| e.limit = Some(1)));
    let (claims, index) = desk.bound();
    let taken = desk.ask(Some(claims), &[]).expect("it is free");
    let host = (index + 1) % 3;
    let endpoint = desk.pool.endpoints()[host].id();
    let guest = Claims { endpoint, home: Some(claims.endpoint), ..claims };
    let pick = desk.ask(Some(guest), &[]).expect("the host is free");
    assert_eq!((pick.lease.index(), pick.bind), (host, None));
    drop((taken, pick));
    assert_eq!(desk.ask(Some(guest), &[]).expect("home is free").bind, Some(claims));
}

/// Goal: draining keeps its users and takes no new ones. Method: 100 of each.
#[test]
fn a_draining_endpoint_keeps_its_users() {
    let mut desk = Desk::new(|_| {});
    let (claims, index) = desk.bound();
    desk.replan(|spec| spec.endpoints[index].drain = true);
    for _ in 0..100 {
        let kept = desk.ask(Some(claims), &[]).expect("it serves its own");
        assert_eq!((kept.lease.index(), kept.reason), (index, Reason::Drain));
        let fresh = desk.ask(None, &[]).expect("two are open");
        assert_ne!(fresh.lease.index(), index);
    }
}
