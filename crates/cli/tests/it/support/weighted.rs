//! A site of two servers, whose weights somebody changes without asking.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Balancer, Origin, until};

/// Two servers `a` and `b` behind pool `p`.
pub(crate) struct Weighted {
    servers: [Origin; 2],
    rest: String,
}

impl Weighted {
    /// `rest`: further tables of the configuration.
    pub(crate) fn new(rest: &str) -> Weighted {
        let servers = [Origin::named("a"), Origin::named("b")];
        Weighted { servers, rest: rest.to_owned() }
    }

    /// The configuration with these weights.
    pub(crate) fn text(&self, weights: [u32; 2]) -> String {
        let mut pool = String::from("[pools.p]\n");
        for ((name, server), weight) in ["a", "b"].iter().zip(&self.servers).zip(weights) {
            // Writing into a String cannot fail.
            let _ = write!(
                pool,
                "[[pools.p.endpoints]]\nname = \"{name}\"\naddress = \"{}\"\nweight = {weight}\n",
                server.address
            );
        }
        let text = Balancer::text("", "", &(pool + &self.rest));
        format!(
            "# evenkeel: allow EKW201 -- what comes of such weights is what is looked at\n{text}"
        )
    }

    /// A balancer with equal weights, which are approved by being the first.
    pub(crate) fn start(&self) -> Balancer {
        Balancer::start_text(&self.text([1, 1]))
    }

    /// Somebody sets other weights, and the alarm of it fires.
    pub(crate) fn spoil(&self, balancer: &Balancer) {
        balancer.rewrite(&self.text([100, 17]));
        let (status, body) = balancer.reload();
        assert_eq!(status, 200, "{body}");
        until("the alarm fires", || has_state(balancer, "A-1", "firing"));
    }
}

/// The alarm of that id, as `/v1/alarms` shows it.
pub(crate) fn alarm(balancer: &Balancer, id: &str) -> Option<Value> {
    let status = balancer.json("/v1/alarms");
    status["alarms"].as_array().expect("a list").iter().find(|alarm| alarm["id"] == id).cloned()
}

/// Whether an alarm is in that state.
pub(crate) fn has_state(balancer: &Balancer, id: &str, state: &str) -> bool {
    alarm(balancer, id).is_some_and(|alarm| alarm["state"] == state)
}
