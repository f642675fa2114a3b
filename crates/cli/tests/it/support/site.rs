//! A website of drill servers and its open-loop users, in a runtime of their own.

use std::fmt::Write as _;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drill::{Demand, Load, LoadSpec, Origin, OriginSpec, Progress, Report, Stop};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Two loads at once would measure each other: they come one after the other.
static LOAD: Mutex<()> = Mutex::new(());

/// Some drill servers; they end when it is dropped.
pub(crate) struct Site {
    pub(crate) origins: Vec<Origin>,
    runtime: Handle,
    _end: oneshot::Sender<()>,
    _alone: MutexGuard<'static, ()>,
}

/// A load that runs.
pub(crate) struct Running {
    pub(crate) progress: Arc<Progress>,
    stop: Stop,
    task: JoinHandle<Report>,
}

impl Site {
    /// Servers `web1`, `web2` …, each with so many slots.
    pub(crate) fn start(count: u64, slots: usize, service: Demand) -> Site {
        let alone = LOAD.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        std::thread::spawn(move || runtime.block_on(async { drop(ended.await) }));
        let mut site = Site { origins: Vec::new(), runtime: handle, _end: end, _alone: alone };
        for number in 1..=count {
            let name = format!("web{number}");
            let spec = OriginSpec {
                name,
                slots,
                service,
                slowness: 1.0,
                body_bytes: 512,
                seed: 40 + number,
            };
            let origin = Origin::start(spec, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
            site.origins.push(site.wait(origin).expect("a server"));
        }
        site
    }

    /// Waits for something that happens in the site's runtime.
    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Pool `p` of all servers: lines of the pool's table, and lines of each endpoint's, which
    /// may depend on its number.
    pub(crate) fn pool(&self, extra: &str, each: impl Fn(usize) -> String) -> String {
        let mut text = format!("[pools.p]\n{extra}\n");
        for (origin, number) in self.origins.iter().zip(1..) {
            // Writing into a String cannot fail.
            let _ = write!(
                text,
                "[[pools.p.endpoints]]\nname = \"{}\"\naddress = \"{}\"\n{}\n",
                origin.name(),
                origin.addr(),
                each(number)
            );
        }
        text
    }

    /// Starts a load.
    pub(crate) fn load(&self, target: SocketAddr, spec: LoadSpec) -> Running {
        let load = Load::new(spec).expect("a load that can be");
        let (progress, stop) = (load.progress(), Stop::new());
        let task = self.runtime.spawn(load.run(target, stop.clone()));
        Running { progress, stop, task }
    }

    /// Waits for a load's own end.
    pub(crate) fn report(&self, running: Running) -> Report {
        self.wait(running.task).expect("the load ends")
    }

    /// Ends a load as soon as what it has in flight is answered.
    pub(crate) fn end(&self, running: Running) -> Report {
        running.stop.trip();
        self.report(running)
    }
}

impl Running {
    /// Waits until so much of the load's time is over, by the requests it has sent.
    pub(crate) fn until_sent(&self, requests: u64) {
        super::until("the load has sent enough", || self.progress.now().requests >= requests);
    }
}

/// A constant service time of so many milliseconds.
pub(crate) fn constant_ms(ms: u64) -> Demand {
    Demand::Constant { mean: Duration::from_millis(ms) }
}
