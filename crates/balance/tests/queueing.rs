//! Requests of no session wait at the balancer while no slot is free, as in one queue.
#![cfg(not(miri))]

mod pools;

use balance::{Ask, Pick, Policy, PoolSpec, Refusal, Want};
use pools::{Desk, MS, NOW_S, SERVICE, defaults};

/// Endpoints of four slots each, all taken.
fn full(change: impl FnOnce(&mut PoolSpec)) -> (Desk, Vec<Pick>) {
    let mut spec = defaults(3, 4.0);
    change(&mut spec);
    let mut desk = Desk::new(spec);
    let ask = Ask { now_ns: desk.now_ns, now_s: NOW_S, ..Ask::default() };
    let taken: Result<Vec<_>, _> = (0..12).map(|_| desk.pool.pick(&ask, &mut desk.rng)).collect();
    let taken = taken.unwrap_or_else(|refusal| panic!("they may not wait: {refusal:?}"));
    (desk, taken)
}

/// Goal: a request waits while all slots are taken, and has the first that falls free, whichever
/// it would have queued for; whoever comes meanwhile waits behind it.
/// Method: twelve requests in twelve slots, two more held, then one place after the other.
#[test]
fn the_first_free_slot_is_taken() {
    for freed in 0..3 {
        let (mut desk, mut taken) = full(|_| {});
        let since_ns = desk.now_ns;
        let holds: Vec<_> = (0..2).map(|_| desk.ask(None, None)).collect();
        for hold in &holds {
            let Err(Refusal::Held(hold)) = hold else { panic!("it is not held: {hold:?}") };
            assert_eq!(hold.want(), Want::Any);
            assert!(
                hold.until_ns() > since_ns + SERVICE && hold.until_ns() < since_ns + 4 * SERVICE
            );
        }
        assert_eq!(desk.counted(), 2, "they count where they would have gone");
        let leaves = taken.iter().position(|pick| pick.lease.index() == freed);
        drop(taken.swap_remove(leaves.expect("all are in use")));
        desk.pass(MS);
        let pick = desk.ask(None, Some(since_ns)).expect("a slot is free");
        assert_eq!(pick.lease.index(), freed);
        assert!(matches!(desk.ask(None, Some(since_ns)), Err(Refusal::Held(_))), "no other is");
        drop(holds);
        assert_eq!(desk.counted(), 0);
    }
}

/// Goal: nobody is held for long: what was learned of slots may be wrong.
/// Method: one request asks until it is placed, though no slot falls free.
#[test]
fn the_wait_ends_where_no_slot_falls_free() {
    let (mut desk, _taken) = full(|_| {});
    let since_ns = desk.now_ns;
    let Err(Refusal::Held(hold)) = desk.ask(None, None) else { panic!("it is not held") };
    desk.now_ns = hold.until_ns();
    drop(hold);
    let pick = desk.ask(None, Some(since_ns)).expect("it has waited long enough");
    assert!(pick.lease.endpoint().in_flight() == 5);
}

/// Goal: nobody is held who could not be: by a caller without room, by policies that say
/// themselves where a request goes, or while nobody was seen to wait.
/// Method: each of them, with more requests than slots.
#[test]
fn only_the_default_policy_holds() {
    let (mut desk, _taken) = full(|_| {});
    let ask = Ask { now_ns: desk.now_ns, now_s: NOW_S, ..Ask::default() };
    assert!(desk.pool.pick(&ask, &mut desk.rng).is_ok(), "it may not wait");
    for policy in [Policy::RoundRobin, Policy::TwoChoices, Policy::PeakEwma, Policy::Maglev] {
        let (mut desk, _taken) = full(|spec| spec.policy = policy);
        assert!(desk.ask(None, None).is_ok(), "{policy:?}");
    }
    let mut desk = Desk::ignorant(defaults(3, 4.0));
    let picks: Vec<_> = (0..60).map(|_| desk.ask(None, None)).collect();
    assert!(picks.iter().all(Result::is_ok), "nothing is known yet");
}
