//! Sets up everything the demo needs on this machine, and takes all of it away again.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use drill::{Origin, Stop};
use evenness::Mixer;
use ledger::Status;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_blocking};

use super::site;
use super::trouble::Trouble;
use crate::folder::Folder;

/// Longest wait for the balancer to finish what is in flight.
const DRAIN: Duration = Duration::from_secs(5);

const FREE_PORT: &str = "give another port, or 0 for a free one";
const RESOURCES: &str = "does this machine allow the process more threads and files (`ulimit -a`)?";

/// The running servers and the balancer in front of them.
pub(super) struct Stage {
    /// The servers, in the order of [`site::servers`].
    pub(super) origins: Vec<Origin>,
    /// Where users are served.
    pub(super) address: SocketAddr,
    balancer: proxy::Server,
    admin: Admin,
    // Last: it is removed when nobody needs it.
    folder: Folder,
}

struct Admin {
    address: SocketAddr,
    stop: Stop,
    task: JoinHandle<io::Result<()>>,
}

impl Stage {
    /// Starts servers, balancer and admin listener.
    pub(super) async fn set(rate: f64, port: u16, admin: u16) -> Result<Stage, Trouble> {
        let folder = Folder::create("demo").map_err(|error| Trouble {
            message: "the demo's folder cannot be made".to_owned(),
            detail: error.to_string(),
            hint: "is there room in the directory for temporary files (TMPDIR)?",
        })?;
        let (listener, admin) = listen(admin).await?;
        let (origins, servers) = start_origins(rate).await?;
        let text = site::config(port, admin, folder.path(), &servers);
        let loaded = load(folder.path(), &text)?;
        // It may wait for its first probes, which this very thread answers.
        let mixer = Mixer::new(RandomState::new().hash_one(port));
        let started = spawn_blocking(move || proxy::Server::start(loaded, mixer)).await;
        let balancer = match started {
            Ok(Ok(balancer)) => balancer,
            Ok(Err(error)) => return Err(refused(&error)),
            Err(error) => return Err(balancer_trouble(error.to_string(), RESOURCES)),
        };
        let Some((_, address)) = balancer.listener_addrs().into_iter().next() else {
            return Err(balancer_trouble("it listens nowhere".to_owned(), FREE_PORT));
        };
        let admin = Admin::open(listener, admin, balancer.clone());
        Ok(Stage { origins, address, balancer, admin, folder })
    }

    /// What a newcomer can do while it runs.
    pub(super) fn greeting(&self) -> String {
        format!(
            "Five servers behind http://{}, configured by {}\n\
             Look on from another terminal: evenkeel top --admin {}",
            self.address,
            self.folder.path().join(CONFIG).display(),
            self.admin.address
        )
    }

    /// What the balancer shows of itself now.
    pub(super) fn status(&self) -> Status {
        self.balancer.status()
    }

    /// Ends the balancer in order, then everything else.
    pub(super) async fn strike(self) {
        let Stage { origins, balancer, admin, folder, .. } = self;
        admin.stop.trip();
        // Its own deadline ends it; how it ended changes nothing about the demo.
        let _ = admin.task.await;
        // The traffic is over: nothing is left that could fail to finish.
        let _ = spawn_blocking(move || balancer.shutdown(DRAIN)).await;
        drop(origins);
        drop(folder);
    }
}

async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), Trouble> {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let trouble = |error: io::Error| Trouble {
        message: format!("the admin listener cannot listen on {wanted}"),
        detail: error.to_string(),
        hint: FREE_PORT,
    };
    let listener = TcpListener::bind(wanted).await.map_err(trouble)?;
    let address = listener.local_addr().map_err(trouble)?;
    Ok((listener, address))
}

async fn start_origins(
    rate: f64,
) -> Result<(Vec<Origin>, Vec<(drill::OriginSpec, SocketAddr)>), Trouble> {
    let mut origins = Vec::new();
    let mut servers = Vec::new();
    for spec in site::servers(rate) {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let origin = Origin::start(spec.clone(), any_port).await.map_err(|error| Trouble {
            message: format!("the simulated server {} cannot start", spec.name),
            detail: error.to_string(),
            hint: RESOURCES,
        })?;
        servers.push((spec, origin.addr()));
        origins.push(origin);
    }
    Ok((origins, servers))
}

/// Takes the way of every configuration: written to a file, read from it, checked.
fn load(folder: &Path, text: &str) -> Result<config::Loaded, Trouble> {
    let path = folder.join(CONFIG);
    let trouble = |detail: String| Trouble {
        message: "the demo's configuration cannot be used".to_owned(),
        detail,
        hint: "is there room in the directory for temporary files (TMPDIR)?",
    };
    fs::write(&path, text).map_err(|error| trouble(error.to_string()))?;
    config::load(&path).map_err(|error| trouble(error.to_string()))
}

fn refused(error: &proxy::StartError) -> Trouble {
    let hint = match error {
        proxy::StartError::Listen { .. } => FREE_PORT,
        _ => RESOURCES,
    };
    // Its further lines hold a hint for users of a configuration; here there are arguments.
    let detail = error.to_string();
    balancer_trouble(detail.lines().next().unwrap_or_default().to_owned(), hint)
}

fn balancer_trouble(detail: String, hint: &'static str) -> Trouble {
    Trouble { message: "the balancer cannot start".to_owned(), detail, hint }
}

impl Admin {
    fn open(listener: TcpListener, address: SocketAddr, balancer: proxy::Server) -> Admin {
        let stop = Stop::new();
        let stopped = stop.clone();
        let source = Arc::new(Shown(balancer));
        let until = async move { stopped.wait().await };
        Admin { address, stop, task: tokio::spawn(console::serve(listener, source, until)) }
    }
}

/// The balancer, as the admin listener sees it.
struct Shown(proxy::Server);

impl console::Source for Shown {
    fn status(&self) -> Status {
        self.0.status()
    }

    fn reload(&self, _: &str) -> Result<String, String> {
        Err("the demo keeps the configuration it began with; \
             `evenkeel serve -c FILE` can be reloaded"
            .to_owned())
    }
}

const CONFIG: &str = "evenkeel.toml";
