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
use tokio::task::AbortHandle;

use super::accept::{Door, ListenerRules, accept};
use super::context::{Worker, WorkerShared};
use super::deadline::TICK_MS;

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
    let mut listening: HashMap<SocketAddr, (AbortHandle, Door)> = HashMap::new();
    let mut ticker = tokio::time::interval(Duration::from_millis(TICK_MS));
    ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut ticks = 0;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Listen(doors)) => listen(&worker, &mut listening, doors),
                Some(Order::Drain) => {
                    listening.drain().for_each(|(_, (task, _))| task.abort());
                    worker.drain();
                }
                Some(Order::Stop) | None => break,
            },
            _ = ticker.tick() => {
                ticks += 1;
                worker.tick(ticks % PRUNE_TICKS == 0);
                if worker.is_draining() && worker.open().get() == 0 {
                    break;
                }
            }
        }
    }
    worker.idle().clear();
    worker.flush_log();
}

/// Opens what is new, closes what is gone, and gives everybody the new rules.
fn listen(
    worker: &Rc<Worker>,
    listening: &mut HashMap<SocketAddr, (AbortHandle, Door)>,
    doors: Vec<(SocketAddr, ListenerRules, Option<std::net::TcpListener>)>,
) {
    listening.retain(|address, (task, _)| {
        let stays = doors.iter().any(|(wanted, ..)| wanted == address);
        if !stays {
            task.abort();
        }
        stays
    });
    for (address, rules, socket) in doors {
        if let Some((_, door)) = listening.get(&address) {
            door.replace(rules);
            continue;
        }
        let Some(listener) = socket.and_then(|socket| TcpListener::from_std(socket).ok()) else {
            tracing::error!(%address, "a worker got no socket for its listener");
            continue;
        };
        let door = Door::new(rules);
        let task = tokio::task::spawn_local(accept(Rc::clone(worker), listener, door.clone()));
        listening.insert(address, (task.abort_handle(), door));
    }
}

impl Worker {
    fn tick(&self, prune: bool) {
        let now_ms = self.now_ns() / 1_000_000;
        self.deadlines.tick(now_ms);
        self.flush_log();
        if prune {
            self.idle().prune(now_ms);
        }
    }
}
