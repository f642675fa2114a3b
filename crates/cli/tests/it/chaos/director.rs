//! Kills and revives servers and reloads the balancer, all at random.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use drill::Fault;

use super::rng::Rng;
use crate::support::{Balancer, Origin, Site};

const PAUSE: Duration = Duration::from_millis(150);
const LEASE: Duration = Duration::from_millis(600);

/// Time limits short enough for everything to be over soon after the clients are.
const LISTENER: &str = "timeouts = { head = \"1s\", idle = \"2s\", body = \"1s\", send = \"1s\" }\n\
                        limits = { head_size = \"16KiB\", body_size = \"80KB\" }";
const POOL: &str = r#"
affinity = { ttl = "5s", cooldown = "1s" }
slow_start = "300ms"
probe = { path = "/healthz", interval = "100ms", timeout = "80ms", fall = 2 }
ejection = { base = "300ms", max = "1s", interval = "1s" }
queue = { size = 8, timeout = "300ms" }
keep_alive = { timeout = "1s" }
[pools.p.timeouts]
connect = "300ms"
response_head = "1s"
response_idle = "1s"
request = "4s"
tunnel_idle = "1s"
"#;

/// The servers and what they are configured with.
pub(super) struct Director<'s> {
    site: &'s Site,
    servers: Vec<String>,
}

impl<'s> Director<'s> {
    pub(super) fn new(site: &'s Site, odd: &[Origin]) -> Director<'s> {
        let addresses = site.origins.iter().map(|origin| origin.addr());
        let addresses = addresses.chain(odd.iter().map(|origin| origin.address));
        let server = |(number, address)| {
            format!("[[pools.p.endpoints]]\nname = \"s{number}\"\naddress = \"{address}\"\n")
        };
        Director { site, servers: addresses.enumerate().map(server).collect() }
    }

    fn text(&self, each: impl Iterator<Item = String>) -> String {
        let mut pool = format!("[pools.p]{POOL}");
        for (server, extra) in self.servers.iter().zip(each) {
            if extra != "absent" {
                // Writing into a String cannot fail.
                let _ = writeln!(pool, "{server}{extra}");
            }
        }
        let text = Balancer::text(
            "access_log = \"access.jsonl\"\ndrain_timeout = \"5s\"",
            LISTENER,
            &pool,
        );
        format!("# evenkeel: allow EKW201 -- chance sets these weights\n{text}")
    }

    pub(super) fn start(&self) -> Balancer {
        Balancer::start_text(&self.text(std::iter::repeat_n(String::new(), 5)))
    }

    /// Makes trouble until `end`; answers the balancer's memory, in kB, from time to time.
    pub(super) fn run(&self, balancer: &Balancer, mut rng: Rng, end: Instant) -> Vec<u64> {
        let mut memory_kb = Vec::new();
        while Instant::now() < end {
            self.act(balancer, &mut rng);
            // The rhythm of the trouble; nothing is waited for.
            std::thread::sleep(PAUSE);
            memory_kb.push(balancer.resident_kb());
        }
        memory_kb
    }

    fn act(&self, balancer: &Balancer, rng: &mut Rng) {
        let origin = rng.of(&self.site.origins);
        match rng.below(8) {
            0 => self.site.wait(origin.fault(Fault::Refuse, LEASE)),
            1 => self.site.wait(origin.fault(Fault::Hang, LEASE)),
            2 => self.site.wait(origin.fault(Fault::Slow { factor: 20.0 }, LEASE)),
            3 => {
                let status = drill::StatusCode::SERVICE_UNAVAILABLE;
                let fault = Fault::FailFast { status, delay: Duration::ZERO };
                self.site.wait(origin.fault(fault, LEASE));
            }
            4 => {
                balancer.rewrite("[pools\n");
                assert_eq!(balancer.reload().0, 409);
            }
            5 => balancer.signal("USR1"),
            _ => self.reload(balancer, rng),
        }
    }

    fn reload(&self, balancer: &Balancer, rng: &mut Rng) {
        let extra = |number| match rng.below(8) {
            0 => format!("limit = {}", rng.below(4) + 1),
            // The first one stays: a pool needs a server that takes new work.
            1 if number > 0 => "drain = true".to_owned(),
            2 if number > 0 => "absent".to_owned(),
            _ => format!("weight = {}.5", rng.below(3)),
        };
        let each: Vec<String> = (0..self.servers.len()).map(extra).collect();
        balancer.rewrite(&self.text(each.into_iter()));
        let (status, message) = balancer.reload();
        assert_eq!(status, 200, "{message}");
    }

    /// Revives everybody and puts the first configuration in force again.
    pub(super) fn settle(&self, balancer: &Balancer) {
        for origin in &self.site.origins {
            origin.heal();
            // Alive already, unless its lease has not ended yet.
            self.site.wait(origin.revive()).expect("its port is its own");
        }
        balancer.rewrite(&self.text(std::iter::repeat_n(String::new(), 5)));
        assert_eq!(balancer.reload().0, 200);
    }
}
