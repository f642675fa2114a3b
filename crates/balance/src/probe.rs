//! Turns a row of probe results into up and down, without flapping.

/// Rise and fall with damping: after a change, the opposite change needs as many results in a
/// row as changes were seen recently, up to eight times the configured number.
#[derive(Clone, Debug)]
pub struct ProbeGate {
    rise: u32,
    fall: u32,
    state: ProbeState,
    streak: u32,
    flaps: u32,
    quiet: u32,
    transitions: u64,
}

/// What the probes say of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeState {
    /// No result yet: it may be used, so that a start needs no waiting.
    Unknown,
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// Most times the configured rise that a flapping endpoint is asked for.
const DAMP_MAX: u32 = 8;
/// Results without a change after which one flap is forgotten.
const QUIET_RESULTS: u32 = 30;

impl ProbeGate {
    /// A gate that has seen nothing. `rise` and `fall` are at least 1.
    pub fn new(rise: u32, fall: u32) -> Self {
        ProbeGate {
            rise: rise.max(1),
            fall: fall.max(1),
            state: ProbeState::Unknown,
            streak: 0,
            flaps: 0,
            quiet: 0,
            transitions: 0,
        }
    }

    /// Takes one result; answers whether the state changed.
    pub fn record(&mut self, success: bool) -> bool {
        let target = if success { ProbeState::Up } else { ProbeState::Down };
        if target == self.state {
            self.streak = 0;
            self.calm();
            return false;
        }
        self.streak += 1;
        if self.streak < self.needed(success) {
            return false;
        }
        self.flaps += u32::from(self.state != ProbeState::Unknown);
        self.state = target;
        self.streak = 0;
        self.quiet = 0;
        self.transitions += 1;
        true
    }

    /// Takes over rise and fall of a changed configuration.
    pub fn adjust(&mut self, rise: u32, fall: u32) {
        self.rise = rise.max(1);
        self.fall = fall.max(1);
    }

    /// The state in force.
    pub fn state(&self) -> ProbeState {
        self.state
    }

    /// Changes so far.
    pub fn transitions(&self) -> u64 {
        self.transitions
    }

    /// The first result after a start decides at once. Going down is never damped: a sick
    /// endpoint must not keep its users longer because it was sick before.
    fn needed(&self, success: bool) -> u32 {
        match (self.state, success) {
            (ProbeState::Unknown, true) => 1,
            (_, true) => self.rise * (1 + self.flaps / 2).min(DAMP_MAX),
            (_, false) => self.fall,
        }
    }

    fn calm(&mut self) {
        self.quiet += 1;
        if self.quiet >= QUIET_RESULTS {
            self.quiet = 0;
            self.flaps = self.flaps.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(gate: &mut ProbeGate, results: &str) -> u64 {
        let before = gate.transitions();
        for result in results.chars() {
            gate.record(result == '+');
        }
        gate.transitions() - before
    }

    #[test]
    fn rises_and_falls() {
        let mut gate = ProbeGate::new(2, 3);
        assert_eq!(changes(&mut gate, "+"), 1);
        assert_eq!(changes(&mut gate, "--+--+"), 0);
        assert_eq!(changes(&mut gate, "---"), 1);
        assert_eq!(gate.state(), ProbeState::Down);
        assert_eq!(changes(&mut gate, "+-++"), 1);
        assert_eq!(gate.state(), ProbeState::Up);
    }

    /// Goal: a flapping endpoint settles. Method: 100 rounds of just enough of each.
    #[test]
    fn flapping_is_damped() {
        let mut gate = ProbeGate::new(2, 3);
        changes(&mut gate, "+");
        let early = changes(&mut gate, &"---++".repeat(3));
        let late = changes(&mut gate, &"---++".repeat(100));
        assert!(early >= 3 && late <= 8, "{early} then {late}");
        changes(&mut gate, &"+".repeat(1000));
        assert_eq!(changes(&mut gate, "---++"), 2, "a long calm is forgiven");
    }
}
