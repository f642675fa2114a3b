//! The demo's website: five servers, their users, and the configuration that balances them.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use drill::{Demand, LoadSpec, Method, OriginSpec, RequestKind};

/// The pool's name.
pub(super) const POOL: &str = "site";

/// The server that dies, in the order of [`servers`]: mid-sized, so that the others can carry
/// its load and feel it.
pub(super) const VICTIM: usize = 2;

const USERS: u32 = 300;
const SEED: u64 = 1;

/// The rate that the service times below are made for: 58 % of what all slots can do.
const NATIVE_RATE: f64 = 400.0;

/// Five servers as a website has them after some years: no two the same.
pub(super) fn servers(rate: f64) -> Vec<OriginSpec> {
    let ms = |ms: f64| Duration::from_secs_f64(ms / 1e3 * NATIVE_RATE / rate);
    let pareto = Demand::BoundedPareto { shape: 1.5, min: ms(15.0), max: ms(1500.0) };
    let kinds = [
        (8, Demand::Lognormal { mean: ms(45.0), cv2: 4.0 }),
        (8, Demand::Exponential { mean: ms(40.0) }),
        (6, Demand::Constant { mean: ms(50.0) }),
        (4, Demand::Lognormal { mean: ms(45.0), cv2: 1.0 }),
        (4, pareto),
    ];
    let server = |(slots, service), number: u64| OriginSpec {
        name: format!("web{number}"),
        slots,
        service,
        slowness: 1.0,
        body_bytes: 2048,
        seed: SEED + number,
    };
    kinds.into_iter().zip(1..).map(|(kind, number)| server(kind, number)).collect()
}

/// Seconds of requests that may be under way at once on a busy machine.
const BACKLOG_S: f64 = 0.3;

/// What to say when so many open files are too few: user, balancer twice and server hold one
/// each of a request's way.
pub(super) fn too_few(files: u64, rate: f64) -> Option<String> {
    let needed = 200 + 4 * (f64::from(USERS).max(rate * BACKLOG_S) as u64);
    (files < needed).then(|| {
        format!(
            "WARNING: this process may open {files} files, and {rate} requests per second can need \
             {needed}:\nrequests may fail for want of them. Raise the hard limit (`ulimit -Hn`) or \
             lower --rate."
        )
    })
}

/// The users: sticky, few of them busy, most of them not, waiting for nobody.
pub(super) fn load(rate: f64, length: Duration) -> LoadSpec {
    let mix = vec![
        RequestKind::new(Method::GET, "/", 6.0),
        RequestKind::new(Method::GET, "/article?bytes=20000", 3.0),
        RequestKind::new(Method::HEAD, "/", 1.0),
    ];
    LoadSpec {
        seed: SEED,
        duration: length,
        rate,
        users: USERS,
        zipf: 0.8,
        mix,
        host: "demo.example".to_owned(),
        ..LoadSpec::default()
    }
}

/// The configuration, written as a user would write it.
pub(super) fn config(
    port: u16,
    admin: SocketAddr,
    folder: &Path,
    servers: &[(OriginSpec, SocketAddr)],
) -> String {
    let state_dir = toml_string(&folder.display().to_string());
    let mut text = format!(
        r#"# The configuration of `evenkeel demo`.

[server]
workers = 2
admin = "{admin}"
state_dir = {state_dir}

[[listeners]]
name = "web"
address = "127.0.0.1:{port}"

[[routes]]
pool = "{POOL}"

[pools.{POOL}]
policy = "least_pressure"
affinity = {{ by = "cookie", name = "ek", ttl = "8h", state = "soft", bound = 2.0 }}
probe = {{ path = "/healthz", interval = "1s", timeout = "500ms", rise = 2, fall = 3 }}
slow_start = "3s"
"#
    );
    for (spec, address) in servers {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[pools.{POOL}.endpoints]]\nname = \"{}\"\naddress = \"{address}\"\ncapacity = {}\n",
            spec.name, spec.slots
        );
    }
    text
}

/// A path as TOML's basic string.
fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_ports(rate: f64) -> Vec<(OriginSpec, SocketAddr)> {
        servers(rate).into_iter().zip(9001..).map(|(spec, port)| (spec, local(port))).collect()
    }

    fn local(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    /// Goal: the configuration is what the checker accepts, without a warning, and what an audit
    /// finds nothing in. Method: check it.
    #[test]
    fn the_configuration_is_valid() {
        let folder = Path::new("/tmp/a \"strange\" \\ place");
        let text = config(0, local(9900), folder, &on_ports(400.0));
        let settings = config::parse(&text, "demo.toml").unwrap_or_else(|problems| {
            panic!("{problems}\n{text}");
        });
        assert_eq!(settings.server.state_dir, folder);
        let own = Some(audit::Product::Evenkeel);
        let subject = audit::read_text("demo.toml", &text, own).unwrap();
        let judged = audit::judge(&audit::Case::of(&subject), audit::Day::FIRST);
        assert!(judged.findings.is_empty(), "{judged:?}");
        let pool = &settings.pools[POOL];
        let capacities: Vec<f64> = pool.endpoints.iter().map(|one| one.capacity).collect();
        assert_eq!(capacities, [8.0, 8.0, 6.0, 4.0, 4.0]);
        assert!(pool.affinity.is_some() && pool.probe.is_some());
    }

    #[test]
    fn too_few_files_are_said() {
        assert_eq!(too_few(1400, 400.0), None);
        assert!(too_few(1399, 400.0).is_some_and(|text| text.contains("can need 1400")));
        assert!(too_few(3000, 3000.0).is_some());
    }

    /// Goal: about 60 % load, and less than 100 % without the victim. Method: Σ slots ÷ mean.
    #[test]
    fn the_servers_carry_the_load_at_any_rate() {
        for rate in [10.0, 400.0, 5000.0] {
            let can: Vec<f64> = servers(rate)
                .iter()
                .map(|server| server.slots as f64 / server.service.mean().as_secs_f64())
                .collect();
            let all: f64 = can.iter().sum();
            assert!((0.55..0.62).contains(&(rate / all)), "{rate}: {}", rate / all);
            assert!(rate / (all - can[VICTIM]) < 0.75);
        }
    }
}
