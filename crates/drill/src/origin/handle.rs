//! The handle by which a drill starts, breaks, kills and revives an origin.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use sim::Demand;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Mutex;

use super::answer::Desk;
use super::counters::OriginCounters;
use super::fault::{Fault, FaultKind};
use super::life::Life;
use crate::error::Error;
use crate::timer::sleep_until;

const BACKLOG: u32 = 1024;
/// Pause between attempts to listen again when a lease ends and the port is taken.
const REVIVAL_PAUSE: Duration = Duration::from_millis(50);

/// What an origin is.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginSpec {
    /// Its name, sent with every response as `x-origin`.
    pub name: String,
    /// Requests it works on at once; further ones wait, first come first served.
    pub slots: usize,
    /// How long it works on one.
    pub service: Demand,
    /// Factor on that, and on the work that a request says it is; a fault may change it.
    pub slowness: f64,
    /// Length of its responses, unless the request's query says `bytes=N`.
    pub body_bytes: u64,
    /// Origin of its service times.
    pub seed: u64,
}

/// A running origin; dropping it ends it.
pub struct Origin {
    body: Arc<Body>,
}

struct Body {
    name: String,
    address: SocketAddr,
    desk: Arc<Desk>,
    pulse: Mutex<Pulse>,
}

struct Pulse {
    state: State,
    /// Kills so far: a lease revives from its own death, from no other.
    deaths: u64,
}

enum State {
    Alive(Life),
    /// Holds the port where it can, lest the system give it to some client's own socket.
    Dead(Option<TcpSocket>),
}

impl Origin {
    /// Listens on `address` (port 0: a free one) and serves, within the current tokio runtime.
    ///
    /// # Errors
    /// A specification that means nothing, or an address that cannot be listened on.
    pub async fn start(spec: OriginSpec, address: SocketAddr) -> Result<Origin, Error> {
        let desk = Arc::new(Desk::new(&spec)?);
        let refused = |source| Error::Bind { address, source };
        let listener = listen(bind(address).map_err(refused)?).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let state = State::Alive(Life::begin(listener, Arc::clone(&desk)));
        let pulse = Mutex::new(Pulse { state, deaths: 0 });
        Ok(Origin { body: Arc::new(Body { name: spec.name, address, desk, pulse }) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.body.name
    }

    /// Where it listens; the same after a revival.
    pub fn addr(&self) -> SocketAddr {
        self.body.address
    }

    /// What it has done and is doing.
    pub fn counters(&self) -> OriginCounters {
        self.body.desk.counters.now()
    }

    /// Requests that went through a slot and were answered.
    pub fn served(&self) -> u64 {
        self.counters().served
    }

    /// Requests in a slot now.
    pub fn in_flight(&self) -> u64 {
        self.counters().in_flight
    }

    /// Ends it as SIGKILL ends a process: the listener is closed and every connection reset.
    ///
    /// When this returns no connection is left. Killing a dead origin keeps it dead.
    pub async fn kill(&self) {
        self.body.kill().await;
    }

    /// Listens again on the same port; an origin that is alive stays as it is.
    ///
    /// # Errors
    /// The port was taken by somebody else meanwhile.
    pub async fn revive(&self) -> Result<(), Error> {
        let mut pulse = self.body.pulse.lock().await;
        self.body.revive(&mut pulse)
    }

    /// Makes it sick for the length of `lease`; a new fault takes the place of the former one of
    /// its kind.
    ///
    /// [`Fault::Refuse`] kills it and revives it when the lease ends, unless it was killed
    /// or revived by hand meanwhile.
    pub async fn fault(&self, fault: Fault, lease: Duration) {
        self.body.desk.sickness.begin(fault, lease);
        if fault != Fault::Refuse {
            return;
        }
        let death = self.body.kill().await;
        let until = Instant::now() + lease;
        tokio::spawn(revive_at(until, death, Arc::downgrade(&self.body)));
    }

    /// What is wrong with it, and how much longer.
    pub fn faults(&self) -> Vec<(Fault, Duration)> {
        self.body.desk.sickness.all()
    }

    /// Ends a fault before its lease does. One that refuses is ended by [`Origin::revive`].
    pub fn end(&self, kind: FaultKind) {
        self.body.desk.sickness.end(kind);
    }

    /// Ends all of them.
    pub fn heal(&self) {
        self.body.desk.sickness.end_all();
    }
}

impl Body {
    /// Returns the number of this death.
    async fn kill(&self) -> u64 {
        let mut pulse = self.pulse.lock().await;
        pulse.deaths += 1;
        match std::mem::replace(&mut pulse.state, State::Dead(None)) {
            State::Alive(life) => {
                life.kill().await;
                pulse.state = State::Dead(bind(self.address).ok());
            }
            dead => pulse.state = dead,
        }
        pulse.deaths
    }

    fn revive(&self, pulse: &mut Pulse) -> Result<(), Error> {
        let State::Dead(port) = &mut pulse.state else { return Ok(()) };
        if self.desk.sickness.answers() == Some(Fault::Refuse) {
            self.desk.sickness.end(FaultKind::Answers);
        }
        let address = self.address;
        let socket = port.take().map_or_else(|| bind(address), Ok);
        let listener = socket.and_then(listen);
        let listener = listener.map_err(|source| Error::Bind { address, source })?;
        pulse.state = State::Alive(Life::begin(listener, Arc::clone(&self.desk)));
        Ok(())
    }
}

/// Ends the lease of a refusing origin, if it is still that lease's death.
async fn revive_at(until: Instant, death: u64, body: Weak<Body>) {
    sleep_until(until).await;
    while let Some(body) = body.upgrade() {
        let mut pulse = body.pulse.lock().await;
        if pulse.deaths != death || body.revive(&mut pulse).is_ok() {
            return;
        }
        drop(pulse);
        drop(body);
        sleep_until(Instant::now() + REVIVAL_PAUSE).await;
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Without it the remains of the connections before keep the port for a minute.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    socket.listen(BACKLOG)
}
