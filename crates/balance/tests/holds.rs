//! A session whose endpoint has a queue waits at the balancer: kept, moved or a guest, in time.
#![cfg(not(miri))]

mod pools;

use balance::{Ask, Claims, Outcome, Pick, Reason, Refusal, Want};
use pools::{Desk, MS, NOW_S, SERVICE, sticky};

/// Goal: who is held gets the next place of its own endpoint, before newcomers, and the count of
/// the held returns to zero. Method: a queue, one of its requests ended.
#[test]
fn a_place_at_home_ends_the_wait() {
    let mut desk = Desk::sticky(|_| {});
    let (claims, index, mut queue) = desk.queue();
    let asked_ns = desk.now_ns;
    let hold = desk.held(claims, None);
    assert_eq!((hold.endpoint(), hold.want(), desk.counted()), (claims.endpoint, Want::Home, 1));
    assert!(hold.until_ns() > asked_ns && hold.until_ns() <= asked_ns + 2 * SERVICE);
    queue.truncate(3);
    let newcomer = Claims { session: 99, ..claims };
    drop(desk.held(newcomer, None));
    drop(hold);
    desk.pass(MS);
    let pick = desk.ask(Some(claims), Some(asked_ns)).expect("a place is free");
    assert_eq!((pick.lease.index(), pick.reason, pick.bind), (index, Reason::AffinityKept, None));
    assert_eq!(desk.counted(), 0);
}

/// Goal: a light session that has waited for long is bound where there is room.
/// Method: a queue that does not move; the same request asks again and again.
#[test]
fn a_long_wait_ends_elsewhere() {
    let mut desk = Desk::sticky(|_| {});
    let (claims, index, _queue) = desk.queue();
    let asked_ns = desk.now_ns;
    let mut hold = desk.held(claims, None);
    let moved = loop {
        let wait_ns = hold.until_ns() - desk.now_ns;
        drop(hold);
        desk.pass(wait_ns);
        match desk.ask(Some(claims), Some(asked_ns)) {
            Err(Refusal::Held(again)) => hold = again,
            other => break other.expect("it goes elsewhere"),
        }
        assert!(desk.now_ns < asked_ns + 2 * SERVICE, "it still waits");
    };
    assert_eq!((moved.reason, moved.left), (Reason::AffinityMoved, Some(index)));
    let bind = moved.bind.expect("it is bound there");
    assert_eq!((bind.session, bind.home), (claims.session, None));
}

/// Goal: a session that sends as much as an endpoint should carry is not bound elsewhere: it is a
/// guest, after the longest wait, and goes home when there is room; both ways it is the same
/// session, bound since the same second.
/// Method: the session fills its endpoint by itself, and the others have what is their due.
#[test]
fn a_heavy_session_is_a_guest_until_there_is_room() {
    let mut desk = Desk::sticky(|_| {});
    let (claims, index) = desk.bound();
    let mut own: Vec<Pick> = Vec::new();
    // Half a minute of three requests at each endpoint; here all are the session's.
    for _ in 0..1500 {
        let mut others: Vec<Pick> = (0..6).map(|n| desk.elsewhere(index, n)).collect();
        own.extend((0..3).map(|_| desk.ask(Some(claims), None).expect("three are no queue")));
        desk.pass(SERVICE);
        for pick in own.drain(..).chain(others.drain(..)) {
            pick.lease.judge(Outcome::Success { first_byte_ns: SERVICE }, desk.now_ns);
        }
    }
    let asked_ns = loop {
        match desk.ask(Some(claims), None) {
            Ok(pick) => own.push(pick),
            Err(Refusal::Held(_)) => break desk.now_ns,
            Err(refusal) => panic!("{refusal:?}"),
        }
    };
    let mut waited = Vec::new();
    let guest = loop {
        match desk.ask(Some(claims), Some(asked_ns)) {
            Err(Refusal::Held(hold)) => {
                waited.push(hold.want());
                let wait_ns = hold.until_ns() - desk.now_ns;
                drop(hold);
                desk.pass(wait_ns);
            }
            other => break other.expect("it goes elsewhere"),
        }
    };
    assert_eq!(waited, [Want::Home, Want::Elsewhere], "first for its own endpoint, then for any");
    let visit = guest.bind.expect("its cookie says where it is");
    let home = Some(claims.endpoint);
    assert_eq!((guest.reason, guest.left), (Reason::AffinityMoved, Some(index)));
    assert_eq!(visit, Claims { endpoint: guest.lease.endpoint().id(), home, ..claims });

    let stays = desk.ask(Some(visit), None).expect("the host has room");
    assert_eq!((stays.lease.index(), stays.bind), (guest.lease.index(), None), "still a queue");
    own.clear();
    let back = desk.ask(Some(visit), None).expect("home is free");
    assert_eq!((back.lease.index(), back.bind), (index, Some(claims)));
    assert_eq!((back.reason, back.left), (Reason::AffinityMoved, Some(guest.lease.index())));
}

/// Goal: nobody is held for long whatever the services take, where nobody knows how long they
/// take, or where the caller has no room for it. Method: each of the three.
#[test]
fn holding_has_limits() {
    let mut desk = Desk::sticky(|affinity| affinity.move_ratio = 0.0);
    let (claims, index, _queue) = desk.queue();
    let ask = Ask { session: Some(claims), now_ns: desk.now_ns, now_s: NOW_S, ..Ask::default() };
    let pick = desk.pool.pick(&ask, &mut desk.rng).expect("it queues there");
    assert_eq!(pick.lease.index(), index, "no budget: it stays");
    drop(pick);
    let late_ns = desk.now_ns - 250 * MS;
    let pick = desk.ask(Some(claims), Some(late_ns)).expect("it was held long enough");
    assert_eq!(pick.lease.index(), index);

    let mut desk = Desk::ignorant(sticky(3, 4.0));
    let (claims, _) = desk.bound();
    let stays = (0..50).map(|_| desk.ask(Some(claims), None)).collect::<Result<Vec<_>, _>>();
    assert_eq!(stays.map(|picks| picks.len()).ok(), Some(50), "nothing is known yet");
}
