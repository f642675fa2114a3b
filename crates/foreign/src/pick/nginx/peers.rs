//! The peers of an upstream: weights, failures, and the smooth round robin that all methods fall
//! back to.

use crate::pick::{Change, Outcome, Server, State};

#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// Its place in the caller's list.
    pub(super) server: usize,
    pub(super) weight: i64,
    effective: i64,
    current: i64,
    failures: u32,
    failed_s: i64,
    checked_s: i64,
}

/// What is judged of a peer at the moment of a pick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment<'a> {
    pub(super) state: State<'a>,
    /// Whole seconds: that is how nginx counts here.
    pub(super) now_s: i64,
}

/// The peers of an upstream. Servers without `backup` come first.
#[derive(Clone, Debug)]
pub(super) struct Peers {
    servers: Vec<Server>,
    pub(super) main: Vec<Peer>,
    pub(super) backup: Vec<Peer>,
    pub(super) total: i64,
}

impl Peers {
    pub(super) fn new(servers: &[Server]) -> Peers {
        let peers = |backup: bool| {
            let those = servers.iter().enumerate().filter(move |(_, it)| it.backup == backup);
            those.map(|(place, server)| Peer::new(place, server)).collect()
        };
        let (main, backup): (Vec<Peer>, Vec<Peer>) = (peers(false), peers(true));
        let total = main.iter().map(|peer| peer.weight).sum();
        Peers { servers: servers.to_vec(), main, backup, total }
    }

    /// nginx changes by a reload: all of it starts anew.
    pub(super) fn change(&mut self, server: usize, change: Change) {
        if let Some(server) = self.servers.get_mut(server) {
            match change {
                Change::Up => server.up = true,
                Change::Down => server.up = false,
                Change::Weight(weight) => server.weight = weight,
            }
        }
        *self = Peers::new(&self.servers);
    }

    pub(super) fn name(&self, peer: &Peer) -> &str {
        self.servers.get(peer.server).map_or("", |server| &server.name)
    }

    /// One peer and no backup: nothing is judged but `down` and the limit.
    pub(super) fn is_single(&self) -> bool {
        self.main.len() == 1 && self.backup.is_empty()
    }

    /// Whether a peer may be asked, unless it was.
    pub(super) fn is_free(&self, peer: &Peer, at: &Moment<'_>) -> bool {
        let Some(server) = self.servers.get(peer.server) else { return false };
        let failing = server.failures_max > 0
            && peer.failures >= server.failures_max
            && at.now_s.saturating_sub(peer.checked_s) <= i64::from(server.failure_s);
        let failing = failing && !self.is_single();
        server.up && !failing && !server.is_full(at.state.in_flight(peer.server))
    }

    /// Whether a peer may be asked.
    pub(super) fn is_open(&self, peer: &Peer, at: &Moment<'_>) -> bool {
        !at.state.tried.contains(&peer.server) && self.is_free(peer, at)
    }

    /// Takes a peer's turn.
    pub(super) fn checked(&mut self, backup: bool, index: usize, now_s: i64) -> Option<usize> {
        let side = if backup { &mut self.backup } else { &mut self.main };
        let peer = side.get_mut(index)?;
        let every_s = self.servers.get(peer.server).map_or(0, |server| server.failure_s);
        if now_s.saturating_sub(peer.checked_s) > i64::from(every_s) {
            peer.checked_s = now_s;
        }
        Some(peer.server)
    }

    /// The same by its place in the caller's list, for a peer that is no backup.
    pub(super) fn take(&mut self, server: usize, now_s: i64) -> Option<usize> {
        let index = self.main.iter().position(|peer| peer.server == server)?;
        self.checked(false, index, now_s)
    }

    /// The smooth round robin among the peers that are in question: all of them gain their
    /// weight, the richest one is picked and pays the sum.
    pub(super) fn smooth(
        &mut self,
        backup: bool,
        at: &Moment<'_>,
        in_question: impl Fn(&Peers, usize, &Peer) -> bool,
    ) -> Option<usize> {
        let count = if backup { self.backup.len() } else { self.main.len() };
        self.smooth_of(backup, at, 0..count, in_question)
    }

    /// The same where it is known whose places these are.
    pub(super) fn smooth_of(
        &mut self,
        backup: bool,
        at: &Moment<'_>,
        places: impl IntoIterator<Item = usize>,
        in_question: impl Fn(&Peers, usize, &Peer) -> bool,
    ) -> Option<usize> {
        let mut side = std::mem::take(if backup { &mut self.backup } else { &mut self.main });
        let (mut best, mut total): (Option<usize>, i64) = (None, 0);
        for index in places {
            if !in_question(self, index, &side[index]) || !self.is_open(&side[index], at) {
                continue;
            }
            let peer = &mut side[index];
            peer.current += peer.effective;
            total += peer.effective;
            peer.effective = (peer.effective + 1).min(peer.weight);
            if best.is_none_or(|best| side[index].current > side[best].current) {
                best = Some(index);
            }
        }
        if let Some(best) = best {
            side[best].current -= total;
        }
        *(if backup { &mut self.backup } else { &mut self.main }) = side;
        best
    }

    /// `get` of the round robin: the peers, then the backups.
    pub(super) fn round(&mut self, at: &Moment<'_>) -> Option<usize> {
        if self.is_single() {
            let peer = self.main.first()?;
            return self.is_open(peer, at).then_some(peer.server);
        }
        [false, true].into_iter().find_map(|backup| {
            let index = self.smooth(backup, at, |_, _, _| true)?;
            self.checked(backup, index, at.now_s)
        })
    }

    /// The peer whose part of all weights a number falls into.
    pub(super) fn at(&self, number: u64) -> Option<&Peer> {
        let mut rest = (number % u64::try_from(self.total).ok().filter(|it| *it > 0)?) as i64;
        self.main.iter().find(|peer| {
            rest -= peer.weight;
            rest < 0
        })
    }

    pub(super) fn finish(&mut self, server: usize, outcome: Outcome, now_s: i64) {
        if self.is_single() {
            return;
        }
        let most = self.servers.get(server).map_or(0, |server| i64::from(server.failures_max));
        let mut peers = self.main.iter_mut().chain(&mut self.backup);
        let Some(peer) = peers.find(|peer| peer.server == server) else { return };
        match outcome {
            Outcome::Failed => {
                peer.failures = peer.failures.saturating_add(1);
                (peer.failed_s, peer.checked_s) = (now_s, now_s);
                let loss = peer.weight.checked_div(most).unwrap_or(0);
                peer.effective = (peer.effective - loss).max(0);
            }
            Outcome::Answered if peer.failed_s < peer.checked_s => peer.failures = 0,
            Outcome::Answered => {}
        }
    }
}

impl Peer {
    fn new(server: usize, of: &Server) -> Peer {
        let weight = i64::from(of.weight);
        let (failures, failed_s, checked_s) = (0, 0, 0);
        let (effective, current) = (weight, 0);
        Peer { server, weight, effective, current, failures, failed_s, checked_s }
    }
}

pub(super) fn whole_s(at_s: f64) -> i64 {
    at_s as i64
}
