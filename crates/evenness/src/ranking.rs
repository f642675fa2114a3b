//! Who or what was asked by or for most, by name, in a few places.

/// Names of a window.
pub const RANKED: usize = 10;
/// Names of a sum of windows: who is tenth in one may be fifteenth in the next.
const RANKED_SUM: usize = 20;

/// Names with their requests, the busiest first.
///
/// A window knows its busiest only. A sum has at least what is said: a name that was not among
/// the busiest of some of its windows had more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking<N>(Vec<(N, u64)>);

impl<N> Default for Ranking<N> {
    fn default() -> Self {
        Ranking(Vec::new())
    }
}

impl<N: Clone + Ord> Ranking<N> {
    /// The busiest of these; a name may come more than once.
    pub fn of(names: impl IntoIterator<Item = (N, u64)>) -> Self {
        let mut ranking = Ranking::default();
        names.into_iter().for_each(|(name, requests)| ranking.note(&name, requests));
        ranking.sort(RANKED);
        ranking
    }

    /// What was a window's, or a sum's, before it was kept.
    pub fn restored(names: Vec<(N, u64)>) -> Self {
        let mut ranking = Ranking(names);
        ranking.sort(RANKED_SUM);
        ranking
    }

    /// Adds another stretch of time.
    pub fn add(&mut self, other: &Ranking<N>) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
            return;
        }
        other.0.iter().for_each(|(name, requests)| self.note(name, *requests));
        self.sort(RANKED_SUM);
    }

    /// Everybody with this part of the requests, 0 to 1: of a stretch of which only a part counts.
    pub fn scale(&mut self, part: f64) {
        self.0.iter_mut().for_each(|(_, count)| *count = (*count as f64 * part).round() as u64);
        self.0.retain(|(_, count)| *count > 0);
    }

    /// The busiest, with its requests.
    pub fn first(&self) -> Option<&(N, u64)> {
        self.0.first()
    }

    /// Requests of a name; 0 where it is none of the busiest.
    pub fn requests(&self, name: &N) -> u64 {
        self.0.iter().find(|(own, _)| own == name).map_or(0, |(_, requests)| *requests)
    }

    /// All of them, the busiest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &(N, u64)> {
        self.0.iter()
    }

    fn note(&mut self, name: &N, requests: u64) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, sum)) => *sum += requests,
            None => self.0.push((name.clone(), requests)),
        }
    }

    fn sort(&mut self, most: usize) {
        self.0.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        self.0.truncate(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_come_first_and_are_few() {
        let ranking = Ranking::of((0..100u64).map(|name| (name % 50, name)));
        let first: Vec<_> = ranking.iter().take(2).copied().collect();
        assert_eq!((ranking.iter().len(), first), (RANKED, vec![(49, 148), (48, 146)]));
        assert_eq!((ranking.requests(&48), ranking.requests(&3)), (146, 0));
    }

    /// Goal: sums are of fixed size, and who is always busy is counted whole. Method: a minute of
    /// windows, each with nine names that never come again.
    #[test]
    fn sums_keep_who_is_always_busy() {
        let mut sum = Ranking::default();
        for second in 0..60u64 {
            let once = (0..9).map(|name| (1_000 + second * 9 + name, 2));
            sum.add(&Ranking::of(once.chain([(7, 5)])));
        }
        assert_eq!((sum.first(), sum.iter().len()), (Some(&(7, 300)), RANKED_SUM));
        sum.scale(0.2);
        assert_eq!(sum.iter().copied().collect::<Vec<_>>(), [(7, 60)]);
    }
}
