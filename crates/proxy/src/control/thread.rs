//! The control thread: it beats for every pool, so that the workers never have to.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Duration;

use balance::Rng;
use ledger::Measured;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::events::Events;
use super::probe::{Gates, Probes};
use super::telling::Telling;
use super::watch::Watch;
use super::window::Windows;
use crate::worker::WorkerShared;

/// Time between two beats.
const BEAT: Duration = Duration::from_millis(20);
const BEATS_PER_SECOND: u64 = 50;

/// What the control thread is told.
pub(crate) enum ControlOrder {
    /// There is a new plan: probes follow it.
    Follow,
    Stop,
}

/// The control thread, as the rest of the process sees it.
#[derive(Clone)]
pub(crate) struct Control {
    pub(crate) orders: UnboundedSender<ControlOrder>,
    pub(crate) gates: Gates,
    pub(crate) windows: Windows,
    pub(crate) events: Events,
}

/// The control thread and what comes from it.
pub(crate) struct Started {
    pub(crate) control: Control,
    pub(crate) thread: JoinHandle<()>,
    pub(crate) measured: Receiver<Measured>,
}

/// Starts it.
pub(crate) fn spawn(shared: Arc<WorkerShared>, workers: usize, seed: u64) -> io::Result<Started> {
    let (orders, inbox) = unbounded_channel();
    let control = Control {
        orders,
        gates: Gates::default(),
        windows: Windows::default(),
        events: Events::default(),
    };
    let (telling, measured) = Telling::new(control.events.clone());
    let seen = control.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new()
        .name("control".into())
        .spawn(move || runtime.block_on(run(&shared, &seen, inbox, (telling, workers), seed)))?;
    Ok(Started { control, thread, measured })
}

async fn run(
    shared: &Arc<WorkerShared>,
    control: &Control,
    mut inbox: UnboundedReceiver<ControlOrder>,
    (mut telling, workers): (Telling, usize),
    seed: u64,
) {
    let mut rng = Rng::new(seed);
    let mut probes = Probes::default();
    let mut watch = Watch::new(control.events.clone());
    let mut beats = 0;
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            order = inbox.recv() => match order {
                Some(ControlOrder::Follow) => probes.follow(shared, control, &mut rng),
                Some(ControlOrder::Stop) | None => return,
            },
            _ = beat.tick() => {
                beats += 1;
                let plan = shared.plan.load();
                let now_ns = shared.now_ns();
                for pool in &plan.pools {
                    pool.core.tick(now_ns);
                    // An endpoint may have come back without anybody leaving it.
                    pool.queue.release_all();
                }
                let second = beats % BEATS_PER_SECOND == 0;
                control.windows.sample(&plan, second);
                telling.beat(&plan, now_ns);
                if second {
                    telling.second(&plan, shared, workers);
                    watch.look(&plan, shared.log.as_ref());
                }
            }
        }
    }
}
