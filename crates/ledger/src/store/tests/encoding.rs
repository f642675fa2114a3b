//! A window's bytes: nothing lost, few of them, and readable by earlier and later programs.

use evenness::PoolWindow;

use super::super::bytes::{Bytes, put_count, put_part};
use super::super::encode::{decode, encode};
use super::sample::{MIDNIGHT_S, window};

#[test]
fn nothing_is_lost() {
    for at_s in MIDNIGHT_S..MIDNIGHT_S + 100 {
        let window = window(at_s, 5);
        assert_eq!(decode(at_s, &encode(&window)), Some(window));
    }
    let mut odd = window(7, 1);
    odd.endpoints[0].1.latencies.0.fill(u32::MAX);
    odd.endpoints[0].1.picks.fill(u64::MAX);
    odd.endpoints[0].1.cost_s = 1.0 / 3.0;
    assert_eq!(decode(7, &encode(&odd)), Some(odd));
    assert_eq!(decode(0, &encode(&PoolWindow::default())), Some(PoolWindow::default()));
}

#[test]
fn a_row_is_small() {
    let bytes = encode(&window(MIDNIGHT_S, 5)).len();
    assert!(bytes < 500, "{bytes}");
}

/// Goal: a later program's fields are skipped, an earlier one's missing ones are zero. Method:
/// three bytes behind every part; then every part cut after its first fields.
#[test]
fn parts_grow_at_their_ends() {
    let sample = window(9, 2);
    let resized = |change: &dyn Fn(&[u8]) -> Vec<u8>| {
        let body = encode(&sample);
        let (mut out, mut bytes) = (vec![body[0]], Bytes(&body[1..]));
        while !bytes.is_empty() {
            put_part(&mut out, &change(bytes.part().expect("a part")));
        }
        decode(9, &out)
    };
    assert_eq!(resized(&|part| [part, &[1, 2, 3]].concat()), Some(sample.clone()));
    let cut = resized(&|part| part[..7].to_vec()).expect("it is read");
    assert_eq!(cut.length_s, 1.0);
    assert_eq!(cut.endpoints[0].1.attempts, sample.endpoints[0].1.attempts);
    assert_eq!((cut.own_errors, cut.endpoints[1].1.capacity_s), (0, 0.0));
}

#[test]
fn what_is_no_window_is_refused() {
    let body = encode(&window(9, 2));
    assert_eq!(decode(9, &[]), None);
    assert_eq!(decode(9, &[2]), None);
    for length in 1..body.len() {
        // Cut between two parts it is a window of fewer endpoints.
        if let Some(window) = decode(9, &body[..length]) {
            assert!(window.endpoints.len() < 2, "{length}");
        }
    }
    let mut endless = vec![1];
    put_count(&mut endless, u64::MAX);
    assert_eq!(decode(9, &endless), None);
}
