//! A worker without a thread or a listener, for tests.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use evenness::Mixer;

use super::{Admission, Worker, WorkerShared};
use crate::plan::{self, Ground, Slots};

/// A plan with two endpoints.
pub(crate) const CONFIG: &str = r#"
[[listeners]]
name = "web"
address = "127.0.0.1:8080"

[[routes]]
pool = "p"

[[pools.p.endpoints]]
name = "one"
address = "127.0.0.1:8081"

[[pools.p.endpoints]]
name = "two"
address = "127.0.0.1:8082"
"#;

/// A worker of that plan.
pub(crate) fn worker(admission: Admission) -> Rc<Worker> {
    let settings = config::parse(CONFIG, "test.toml").expect("a configuration");
    let ground = Ground { workers: 1, secret: b"", now_ns: 0, seed: 1 };
    let plan = plan::build(&settings, None, &mut Slots::default(), &ground);
    let shared = WorkerShared {
        plan: ArcSwap::from_pointee(plan),
        log: None,
        epoch: Instant::now(),
        admission,
        tunnels: 0.into(),
        handed: Arc::default(),
        watched: true,
        mixer: Mixer::new(1),
    };
    Worker::new(0, Arc::new(shared), Arc::default(), 1)
}
