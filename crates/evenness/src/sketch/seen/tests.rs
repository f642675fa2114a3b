//! Who is new and who is known, over hours and days.

use super::Acquaintance::{Known, New, Untold};
use super::*;
use crate::draw::Draw;
use crate::sketch::Mixer;

const DAY_S: u64 = 24 * HOUR_S;
/// Some midnight.
const START_S: u64 = 20_000 * DAY_S;

fn client(id: u64) -> u64 {
    Mixer::new(1).word(id)
}

#[test]
fn a_client_is_new_for_its_first_hour() {
    for (first_s, later_s, is_new) in [
        (0, 0, true),
        (0, HOUR_S, true),
        (0, 2 * HOUR_S - 1, true),
        (0, 2 * HOUR_S, false),
        (HOUR_S - 1, HOUR_S, true),
        (HOUR_S - 1, 2 * HOUR_S, false),
        (DAY_S - 1, DAY_S + 5, true),
        (DAY_S - 1, DAY_S + HOUR_S, false),
        (0, 7 * DAY_S, false),
        (0, 8 * DAY_S - 1, false),
        (0, 8 * DAY_S, true),
        (0, 300 * DAY_S, true),
    ] {
        let mut seen = Seen::new(1_000, 0.01);
        assert_eq!(seen.note(client(5), START_S + first_s), New);
        let what = format!("first at {first_s}, then at {later_s}");
        assert_eq!(!seen.was_seen_before(client(5), START_S + later_s), is_new, "{what}");
        let expected = if is_new { New } else { Known };
        assert_eq!(seen.note(client(5), START_S + later_s), expected, "{what}");
    }
}

#[test]
fn who_keeps_coming_stays_known() {
    let mut seen = Seen::new(1_000, 0.01);
    for day in 0..30 {
        let now_s = START_S + day * 6 * DAY_S;
        let expected = if day == 0 { New } else { Known };
        assert_eq!(seen.note(client(1), now_s), expected, "day {day}");
        assert_eq!(seen.note(client(1), now_s + 60), expected, "day {day}");
    }
}

/// Goal: the promised error holds with all days full. Method: eight days of other clients, then
/// clients who never came.
#[test]
fn few_new_clients_look_known() {
    let mut seen = Seen::new(5_000, 0.01);
    for day in 0..8 {
        (0..5_000).for_each(|id| {
            seen.note(client(day * 5_000 + id), START_S + day * DAY_S);
        });
    }
    let now_s = START_S + 7 * DAY_S + 5 * HOUR_S;
    assert!((0..40_000).filter(|&id| seen.was_seen_before(client(id), now_s)).count() > 39_000);
    let wrong = (0..100_000).filter(|&id| seen.was_seen_before(client(1_000_000 + id), now_s));
    let part = wrong.count() as f64 / 100_000.0;
    assert!(part < 0.015, "{part}");
}

/// Goal: made-up addresses cannot make everybody known. Method: 100 times as many as fit.
#[test]
fn a_flood_does_not_fill_the_memory() {
    let mut seen = Seen::new(2_000, 0.01);
    (0..200).for_each(|id| {
        seen.note(client(id), START_S);
    });
    (0..200_000).for_each(|id| {
        seen.note(client(1_000 + id), START_S + DAY_S + id / 20);
    });
    assert!(seen.is_full());
    let now_s = START_S + 2 * DAY_S;
    assert!((0..200).all(|id| seen.was_seen_before(client(id), now_s)));
    let known = (0..10_000).filter(|&id| seen.was_seen_before(client(1_000_000 + id), now_s));
    assert!(known.count() < 150);
    assert_ne!(seen.clone().note(client(3), now_s), New);
}

/// Goal: at a million clients a day memory is fixed and the part of new ones is right, and it is
/// still right for three times as many. Method: on the second day three in ten are new; within 2 %.
#[test]
fn the_part_of_new_clients_is_right_at_a_million() {
    for (made_for, clients) in [(1_000_000, 1_000_000), (200_000, 600_000)] {
        let mut seen = Seen::new(made_for, 0.02);
        let bytes = |seen: &Seen| seen.days.len() + 16 * seen.newcomers[0].words.len();
        let before = bytes(&seen);
        let [known, new, untold] = two_days(&mut seen, clients);
        let part = new / (known + new);
        assert!((part / 0.3 - 1.0).abs() < 0.02, "{clients}: {part}, {untold} untold");
        let few = clients as f64 / 1000.0;
        assert_eq!(untold > few, clients > made_for, "{clients}: {untold} untold");
        assert_eq!(bytes(&seen), before);
        assert!(before < 17_000_000 && seen.to_bytes().len() <= before + 100);
    }
}

/// Goal: where there are too many clients to tell, nothing is told.
#[test]
fn beyond_its_bounds_it_tells_nothing() {
    let mut seen = Seen::new(10_000, 0.02);
    two_days(&mut seen, 200_000);
    let now_s = START_S + DAY_S + 20 * HOUR_S;
    assert!((0..1000).all(|id| seen.note(client(1 << 40 | id), now_s) == Untold));
    let later_s = now_s + 9 * DAY_S;
    assert!((0..1000).all(|id| seen.note(client(1 << 40 | id), later_s) == New));
}

/// Clients known, new and untold of on the second day, when three in ten are new.
fn two_days(seen: &mut Seen, clients: u64) -> [f64; 3] {
    for id in 0..clients * 7 / 10 {
        seen.note(client(id), START_S);
    }
    let mut count = [0.0; 3];
    for id in 0..clients {
        let now_s = START_S + DAY_S + 3 * HOUR_S + id * 6 * HOUR_S / clients;
        count[seen.note(client(id), now_s) as usize] += 1.0;
    }
    count
}

#[test]
fn a_clock_that_runs_back_forgets_nobody() {
    let mut seen = Seen::new(1_000, 0.01);
    seen.note(client(1), START_S);
    seen.note(client(2), START_S + 5 * DAY_S);
    seen.note(client(3), START_S + DAY_S);
    let now_s = START_S + DAY_S + 3 * HOUR_S;
    assert!((1..4).all(|id| seen.was_seen_before(client(id), now_s)));
}

/// Goal: notes in the wrong order around an hour do not make anybody known early.
#[test]
fn late_notes_are_of_the_latest_hour() {
    let mut seen = Seen::new(1_000, 0.01);
    for id in 0..50 {
        assert_eq!(seen.note(client(id), START_S + HOUR_S - id % 2), New);
        assert_eq!(seen.note(client(0), START_S + HOUR_S - id % 2), New);
    }
    assert!((0..50).all(|id| !seen.was_seen_before(client(id), START_S + 2 * HOUR_S)));
    assert!((0..50).all(|id| seen.was_seen_before(client(id), START_S + 3 * HOUR_S)));
}

#[test]
fn merging_knows_both() {
    let (mut one, mut other) = (Seen::new(1_000, 0.01), Seen::new(1_000, 0.01));
    one.note(client(1), START_S);
    other.note(client(2), START_S + 2 * DAY_S);
    other.note(client(3), START_S + 4 * DAY_S);
    assert!(one.merge(&other));
    let now_s = START_S + 4 * DAY_S;
    assert!(one.was_seen_before(client(1), now_s) && one.was_seen_before(client(2), now_s));
    assert!(!one.was_seen_before(client(3), now_s));
    assert!(one.was_seen_before(client(3), now_s + 2 * HOUR_S));
    assert!(!one.merge(&Seen::new(2_000, 0.01)));
}

#[test]
fn bytes_bring_everything_back() {
    let mut seen = Seen::new(500, 0.02);
    (0..700).for_each(|id| {
        seen.note(client(id), START_S + id * 1_000);
    });
    let bytes = seen.to_bytes();
    assert_eq!(Seen::from_bytes(&bytes).as_ref(), Ok(&seen));
    assert_eq!(Seen::from_bytes(b"something else"), Err(Unreadable::Foreign));
    assert_eq!(Seen::from_bytes(&bytes[..bytes.len() - 1]), Err(Unreadable::Damaged));
    let mut later = bytes.clone();
    later[6] = 9;
    assert_eq!(Seen::from_bytes(&later), Err(Unreadable::Version(9)));
}

/// Goal: garbage never panics and never asks for much memory. Method: every cut, and random
/// bytes behind a sound start.
#[test]
fn garbage_is_refused() {
    let bytes = Seen::new(10, 0.5).to_bytes();
    (0..bytes.len()).for_each(|end| assert!(Seen::from_bytes(&bytes[..end]).is_err()));
    let mut draw = Draw(4);
    for _ in 0..20_000 {
        let mut garbage = bytes.clone();
        for _ in 0..1 + draw.below(6) {
            let at = 8 + draw.below(garbage.len() as u64 - 8) as usize;
            garbage[at] = draw.word() as u8;
        }
        if let Ok(mut seen) = Seen::from_bytes(&garbage) {
            seen.note(draw.word(), draw.word());
            seen.was_seen_before(draw.word(), 0);
        }
    }
}
