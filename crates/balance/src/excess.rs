//! How much more each endpoint carries than it should, over seconds.

use crate::pool::Pool;

/// Mean requests in flight per endpoint below which a drift is chance.
const BUSY_MIN: f64 = 0.5;
/// Part of its slots that an endpoint's weight may fill before its capacity's share counts.
/// Measured with the weights of 2024-05-01: the two heavy endpoints take 43 % with 0.7, 47 %
/// with 0.75; 70 % was the outage.
const WEIGHT_ROOM: f64 = 0.7;

/// Renews how far each endpoint's mean pressure and load exceed its share. Called by the tick.
///
/// The share follows capacity. A weight may ask for more while there is room for it: a canary
/// of weight 0.1 makes its peers carry more, and that is no reason to move their sessions.
pub(crate) fn renew(pool: &Pool) {
    let asked = &pool.spec().endpoints;
    let load = |i: usize| pool.endpoints()[i].learned.load.load();
    let in_flight = |i: usize| pool.endpoints()[i].learned.pressure.load() * asked[i].capacity;
    let open = (0..asked.len()).filter(|&i| pool.endpoints()[i].is_eligible());
    let (mut loads, mut flights, mut capacity, mut weight, mut count) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for index in open {
        loads += load(index);
        flights += in_flight(index);
        capacity += asked[index].capacity;
        weight += pool.base_weight(index);
        count += 1.0;
    }
    for (index, endpoint) in pool.endpoints().iter().enumerate() {
        let learned = &endpoint.learned;
        let by_capacity = asked[index].capacity / f64::max(capacity, f64::MIN_POSITIVE);
        let by_weight = pool.base_weight(index) / f64::max(weight, f64::MIN_POSITIVE);
        let room = WEIGHT_ROOM * learned.slots.load();
        let due = |total: f64| (total * by_capacity).max((total * by_weight).min(room));
        let over = |own: f64, total: f64| {
            let busy = endpoint.is_eligible() && total >= BUSY_MIN * count && due(total) > 0.0;
            if busy { own / due(total) - 1.0 } else { 0.0 }
        };
        learned.due.store(due(loads));
        learned.excess.store(over(load(index), loads));
        learned.crowding.store(over(in_flight(index), flights));
    }
}
