//! What will happen, in the order of its time; what was noted first comes first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Future events.
#[derive(Debug)]
pub(crate) struct Calendar<E> {
    heap: BinaryHeap<Entry<E>>,
    noted: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at_ns: u64,
    number: u64,
    event: E,
}

impl<E> Calendar<E> {
    pub(crate) fn new() -> Self {
        Calendar { heap: BinaryHeap::new(), noted: 0 }
    }

    pub(crate) fn note(&mut self, at_ns: u64, event: E) {
        self.noted += 1;
        self.heap.push(Entry { at_ns, number: self.noted, event });
    }

    /// Time of the next event.
    pub(crate) fn next_ns(&self) -> Option<u64> {
        self.heap.peek().map(|entry| entry.at_ns)
    }

    pub(crate) fn pop(&mut self) -> Option<(u64, E)> {
        self.heap.pop().map(|entry| (entry.at_ns, entry.event))
    }
}

impl<E> Ord for Entry<E> {
    /// The heap gives out the greatest: the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at_ns, other.number).cmp(&(self.at_ns, self.number))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Entry<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_the_order_of_time_then_of_noting() {
        let mut calendar = Calendar::new();
        for (at_ns, event) in [(5, 'c'), (1, 'a'), (5, 'd'), (3, 'b')] {
            calendar.note(at_ns, event);
        }
        assert_eq!(calendar.next_ns(), Some(1));
        let order: Vec<(u64, char)> = std::iter::from_fn(|| calendar.pop()).collect();
        assert_eq!(order, [(1, 'a'), (3, 'b'), (5, 'c'), (5, 'd')]);
    }
}
