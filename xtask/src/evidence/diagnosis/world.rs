//! Servers, users and a pool, drawn for a case.

use super::draw::Draw;
use super::kind::Kind;

/// Requests per second that a play has; more take longer and show nothing else.
const RATE: (f64, f64) = (150.0, 600.0);
/// The same in plays of hours.
const RATE_OF_HOURS: (f64, f64) = (60.0, 200.0);

/// What load a healthy pool reaches at most, however large it is.
const LOAD_MAX: f64 = 0.85;

/// How users come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Keep {
    Nobody,
    Cookie,
    /// With requests in sessions, this part of them newcomers'.
    Sessions(f64),
}

/// Requests of a session, and seconds from one to the next.
const LENGTH: f64 = 12.0;
const THINK_S: f64 = 1.0;

/// What a pool is built for: waiting is rare where a root of the slots is spare (Halfin and Whitt,
/// 1981). Sessions that stay have their own server's slots alone, and theirs come in clusters: so
/// many of those slots are as good as one is for requests that come by themselves (Hayward's
/// approximation; Fredericks, *Congestion in blocking systems*, 1980).
fn load_max(servers: usize, slots: usize, keep: Keep, mean_s: f64) -> f64 {
    let shared = if keep == Keep::Nobody { servers * slots } else { slots };
    let most = 1.0 - (peakedness(keep, mean_s) / shared as f64).sqrt();
    (most.clamp(0.1, LOAD_MAX) * 1000.0).floor() / 1000.0
}

/// Variance ÷ mean of the requests that are under way where nobody waits: 1 of those that come by
/// themselves, more where a session's next one comes while the last is still served.
fn peakedness(keep: Keep, mean_s: f64) -> f64 {
    let Keep::Sessions(_) = keep else { return 1.0 };
    let more = 1.0 - 1.0 / LENGTH;
    1.0 + more / (1.0 / LENGTH + THINK_S / mean_s)
}

/// The part of the requests that the busiest of these users sends.
fn busiest(users: usize, zipf: f64) -> f64 {
    1.0 / (1..=users).map(|rank| (rank as f64).powf(-zipf)).sum::<f64>()
}

/// What a case's scenario is made of.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) servers: usize,
    pub(super) slots: usize,
    pub(super) load: f64,
    pub(super) users: usize,
    pub(super) zipf: f64,
    pub(super) keep: Keep,
    /// Mean demand, ms.
    pub(super) mean_ms: f64,
    /// CV² of a lognormal demand; an exponential one where absent.
    cv2: Option<f64>,
    /// Lines of `[traffic]` and of `[pool]` that a kind adds.
    pub(super) traffic: String,
    pub(super) pool: String,
    /// How many of the servers are slower, and by what.
    pub(super) slower: Option<(usize, f64)>,
    unbound: bool,
}

impl World {
    pub(super) fn draw(kind: Kind, draw: &mut Draw) -> World {
        let (servers, slots) = (draw.whole(3, 10), draw.whole(2, 16));
        let load = draw.between(0.4, 0.8);
        let mut zipf = if draw.chance(0.3) { 0.0 } else { draw.between(0.0, 1.1) };
        let keep = match draw.whole(0, 2) {
            0 if !kind.needs_sessions() => Keep::Nobody,
            1 => Keep::Cookie,
            _ => Keep::Sessions(draw.between(0.0, 0.4)),
        };
        let load = load.min(load_max(servers, slots, keep, 0.0));
        let users = draw.factor(200.0, 5000.0) as usize;
        // One user who fills half a server is a heavy client, and that is a fault.
        while busiest(users, zipf) * load * servers as f64 > 0.5 {
            zipf = (zipf * 0.95 * 1000.0).floor() / 1000.0;
        }
        let cv2 = draw.chance(0.5).then(|| draw.between(0.5, 6.0));
        let bounds = if kind.label().is_empty() { RATE_OF_HOURS } else { RATE };
        let slot_rate = (servers * slots) as f64 * load;
        let rate = draw.factor(bounds.0, bounds.1);
        let mean_ms = (slot_rate / rate * 1e3).clamp(5.0, 1500.0).round();
        World {
            servers,
            slots,
            load: load.min(load_max(servers, slots, keep, mean_ms / 1e3)),
            users,
            zipf,
            keep,
            mean_ms,
            cv2,
            traffic: String::new(),
            pool: String::new(),
            slower: None,
            unbound: kind.is_unbound(),
        }
    }

    /// What load it reaches at most while all is well. Its slowest servers need most room.
    pub(super) fn load_max(&self) -> f64 {
        let slower = self.slower.map_or(1.0, |(_, slower)| slower);
        load_max(self.servers, self.slots, self.keep, self.mean_ms * slower / 1e3)
    }

    /// Requests per second.
    pub(super) fn rate(&self) -> f64 {
        let able = |servers: usize, slower: f64| {
            (servers * self.slots) as f64 / self.mean_ms * 1e3 / slower
        };
        let (slow, factor) = self.slower.unwrap_or((0, 1.0));
        self.load * (able(self.servers - slow, 1.0) + able(slow, factor))
    }

    /// The scenario's text, its events aside.
    pub(super) fn text(&self, kind: Kind, seed: u64, duration_s: u64) -> String {
        let World { users, zipf, load, mean_ms, slots, .. } = self;
        let demand = match self.cv2 {
            None => format!("{{ exponential = {{ mean = \"{mean_ms}ms\" }} }}"),
            Some(cv2) => format!("{{ lognormal = {{ mean = \"{mean_ms}ms\", cv2 = {cv2:?} }} }}"),
        };
        let sessions = match self.keep {
            Keep::Sessions(fresh) => {
                format!(
                    "sessions = {{ length = {LENGTH:?}, think = \"{THINK_S}s\", \
                     fresh = {fresh:?} }}\n"
                )
            }
            _ => String::new(),
        };
        let (slow, factor) = self.slower.unwrap_or((0, 1.0));
        let mut text = format!(
            "name = \"{}-{seed}\"\nduration = \"{duration_s}s\"\n\n[traffic]\nload = {load:?}\n\
             users = {users}\nzipf = {zipf:?}\ndemand = {demand}\n{sessions}{}\n\
             [[servers]]\ncount = {}\nslots = {slots}\n",
            kind.name(),
            self.traffic,
            self.servers - slow,
        );
        if slow > 0 {
            text +=
                &format!("\n[[servers]]\ncount = {slow}\nslots = {slots}\nslower = {factor:?}\n");
        }
        text + &self.pool_text()
    }

    fn pool_text(&self) -> String {
        let affinity = match self.keep {
            Keep::Nobody => "",
            _ if self.unbound => {
                "affinity = { by = \"cookie\", state = \"hard\", bound = 1000.0, \
                 move_ratio = 0.0 }\n"
            }
            _ => "affinity = { by = \"cookie\" }\n",
        };
        let policy = if self.unbound {
            "policy = \"round_robin\"\nejection = { max_share = 0.0 }\n"
        } else {
            ""
        };
        format!("\n[pool]\n{policy}{affinity}{}", self.pool)
    }

    /// In short.
    pub(super) fn told(&self) -> String {
        let keep = match self.keep {
            Keep::Nobody => "no sessions".to_owned(),
            Keep::Cookie => "cookies".to_owned(),
            Keep::Sessions(fresh) => format!("sessions, {:.0} % newcomers", fresh * 100.0),
        };
        let cv2 = self.cv2.map_or("exponential".to_owned(), |cv2| format!("lognormal {cv2}"));
        format!(
            "{} × {} slots, load {}, {:.0}/s, {} users, zipf {}, {cv2} {} ms, {keep}",
            self.servers,
            self.slots,
            self.load,
            self.rate(),
            self.users,
            self.zipf,
            self.mean_ms
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: sessions get the room that they need. Method: the peakedness by hand, and pools.
    #[test]
    fn clusters_need_more_room() {
        let most = |keep, mean_s| load_max(10, 16, keep, mean_s);
        assert_eq!((most(Keep::Nobody, 1.5), most(Keep::Cookie, 1.5)), (0.85, 0.75));
        assert_eq!(most(Keep::Sessions(0.0), 0.0), 0.75);
        // 1 + 11/12 ÷ (1/12 + 2/3)
        assert!((peakedness(Keep::Sessions(0.0), 1.5) - 2.2222).abs() < 1e-3);
        assert_eq!(most(Keep::Sessions(0.3), 1.5), 0.627);
    }
}
