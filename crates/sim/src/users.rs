//! Who the users are: how active each is, and from which address it comes.

use balance::Rng;

/// Users who share a few addresses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nat {
    /// Addresses that they come from.
    pub addresses: u32,
    /// Part of all users that are behind it, 0 to 1.
    pub share: f64,
}

/// All users.
#[derive(Clone, Debug)]
pub struct Population {
    /// Cumulative activity.
    sums: Vec<f64>,
    /// One start per cell of equal width, so that a draw looks at few entries.
    guide: Vec<u32>,
    addresses: Vec<u32>,
}

impl Population {
    /// Users whose activity falls as rank to the −`zipf`. Who is behind a NAT is drawn with
    /// `seed`, so that heavy and light users are.
    pub fn new(users: u32, zipf: f64, nats: &[Nat], seed: u64) -> Self {
        let mut sum = 0.0;
        let sums: Vec<f64> = (1..=users.max(1))
            .map(|rank| {
                sum += f64::from(rank).powf(-zipf);
                sum
            })
            .collect();
        let cells = sums.len();
        let start =
            |cell: usize| sums.partition_point(|&s| s <= sum * cell as f64 / cells as f64) as u32;
        let guide = (0..cells).map(start).collect();
        let addresses = addresses(users.max(1), nats, seed);
        Population { sums, guide, addresses }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// There is always somebody.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Draws one in proportion to activity.
    pub fn draw(&self, rng: &mut Rng) -> u32 {
        let (unit, last) = (rng.unit(), self.sums.len() - 1);
        let point = unit * self.sums[last];
        let mut at = self.guide[(unit * self.sums.len() as f64) as usize] as usize;
        while at < last && self.sums[at] <= point {
            at += 1;
        }
        at as u32
    }

    /// The address that a user comes from.
    pub fn address(&self, user: u32) -> u32 {
        self.addresses[user as usize]
    }
}

fn addresses(users: u32, nats: &[Nat], seed: u64) -> Vec<u32> {
    let mut rng = Rng::new(seed ^ 0xadd7);
    let shared: u32 = nats.iter().map(|nat| nat.addresses).sum();
    (0..users)
        .map(|user| {
            let mut point = rng.unit();
            let mut first = 0;
            for nat in nats {
                if point < nat.share {
                    return first + rng.below(nat.addresses as usize) as u32;
                }
                point -= nat.share;
                first += nat.addresses;
            }
            shared + user
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: users are drawn as often as they are active. Method: 400,000 draws, ranks counted.
    #[test]
    fn draws_follow_the_activity() {
        let population = Population::new(600, 1.1, &[], 1);
        let whole: f64 = (1..=600).map(|rank| f64::from(rank).powf(-1.1)).sum();
        let mut rng = Rng::new(3);
        let mut seen = vec![0u32; 600];
        (0..400_000).for_each(|_| seen[population.draw(&mut rng) as usize] += 1);
        for rank in [1, 2, 10, 100, 600] {
            let share = f64::from(rank).powf(-1.1) / whole;
            let sigma = (4e5 * share * (1.0 - share)).sqrt();
            let got = f64::from(seen[rank as usize - 1]);
            assert!((got - 4e5 * share).abs() < 5.0 * sigma, "rank {rank}: {got}");
        }
    }

    #[test]
    fn nats_share_addresses() {
        let nat = Nat { addresses: 6, share: 0.55 };
        let population = Population::new(10_000, 0.0, &[nat], 1);
        let behind = (0..10_000).filter(|&user| population.address(user) < 6).count();
        assert!((5300..5700).contains(&behind), "{behind}");
        let own = (0..10_000).map(|user| population.address(user)).filter(|&a| a >= 6);
        let mut own: Vec<u32> = own.collect();
        let all = own.len();
        own.dedup();
        assert_eq!(own.len(), all, "everybody else has an address of its own");
    }
}
