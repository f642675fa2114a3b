//! A worker's thread: its runtime, its ticker, and the orders it takes.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use ledger::WorkerTally;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::accept::{Door, ListenerRules, accept};
use super::context::{Worker, WorkerShared};
use super::deadline::TICK_MS;

/// From closing the listeners to ending idle connections: by then who was waiting to be
/// accepted has been let in, and what they sent has been noticed.
const DRAIN_TICKS: u32 = 2;
/// Idle upstream connections are looked over once in so many ticks.
const PRUNE_TICKS: u64 = 20;

/// What a worker is told from outside.
pub(crate) enum Order {
    /// These are the listeners now; with a socket where the address is new to the worker.
    Listen(Vec<(SocketAddr, ListenerRules, Option<std::net::TcpListener>)>),
    /// Stop accepting; end each connection after its request; then end.
    Drain,
    /// End at once.
    Stop,
}

/// Starts a worker.
///
/// # Errors
/// When its thread or its runtime cannot be had.
pub(crate) fn spawn(
    id: usize,
    shared: Arc<WorkerShared>,
    tally: Arc<WorkerTally>,
    seed: u64,
) -> io::Result<(UnboundedSender<Order>, JoinHandle<()>)> {
    let (sender, orders) = unbounded_channel();
    // The runtime cannot leave its thread: it is made there, and here it is waited for. A
    // balancer without its workers would look alive and serve nobody.
    let (made, outcome) = std::sync::mpsc::sync_channel(1);
    let thread = std::thread::Builder::new().name(format!("worker-{id}")).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_io_events_per_tick(1024)
            .build_local(tokio::runtime::LocalOptions::default());
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(made.send(Err(error))),
        };
        let worker = Worker::new(id, shared, tally, seed);
        let _ = made.send(Ok(()));
        runtime.block_on(run(worker, orders));
    })?;
    outcome.recv().map_err(io::Error::other)??;
    Ok((sender, thread))
}

async fn run(worker: Rc<Worker>, mut orders: UnboundedReceiver<Order>) {
    let mut listening: HashMap<SocketAddr, Entrance> = HashMap::new();
    let mut drain_ticks = None;
    let mut ticker = tokio::time::interval(Duration::from_millis(TICK_MS));
    ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut ticks = 0;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Listen(doors)) => listen(&worker, &mut listening, doors),
                Some(Order::Drain) => {
                    listening.clear();
                    drain_ticks.get_or_insert(DRAIN_TICKS);
                }
                Some(Order::Stop) | None => break,
            },
            _ = ticker.tick() => {
                ticks += 1;
                worker.tick(ticks % PRUNE_TICKS == 0);
                if let Some(left) = &mut drain_ticks && *left > 0 {
                    *left -= 1;
                    if *left == 0 {
                        worker.drain();
                    }
                }
                if worker.is_draining() && worker.open().get() == 0 {
                    break;
                }
            }
        }
    }
    worker.idle().clear();
    worker.flush_log();
}

/// A listener that is open as long as this lives.
struct Entrance {
    door: Door,
    _open: oneshot::Sender<()>,
}

/// Opens what is new, closes what is gone, and gives everybody the new rules.
fn listen(
    worker: &Rc<Worker>,
    listening: &mut HashMap<SocketAddr, Entrance>,
    doors: Vec<(SocketAddr, ListenerRules, Option<std::net::TcpListener>)>,
) {
    listening.retain(|address, _| doors.iter().any(|(wanted, ..)| wanted == address));
    for (address, rules, socket) in doors {
        if let Some(entrance) = listening.get(&address) {
            entrance.door.replace(rules);
            continue;
        }
        let Some(listener) = socket.and_then(|socket| TcpListener::from_std(socket).ok()) else {
            tracing::error!(%address, "a worker got no socket for its listener");
            continue;
        };
        let door = Door::new(rules);
        let (open, closing) = oneshot::channel();
        tokio::task::spawn_local(accept(Rc::clone(worker), listener, door.clone(), closing));
        listening.insert(address, Entrance { door, _open: open });
    }
}

impl Worker {
    fn tick(&self, prune: bool) {
        let now_ms = self.read_clocks();
        self.deadlines.tick(now_ms);
        self.flush_log();
        self.idle().tick(now_ms);
        if prune {
            self.idle().prune(&self.plan());
        }
    }
}
