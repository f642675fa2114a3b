//! What a balancer is put before: addresses, weights, and a folder for its files.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sim::{Change, Mode, Rng, Script};

use super::keeping::{self, Key};
use super::setting::Setting;
use crate::error::Error;

/// Of this many requests the longest is what a time-out must leave alone.
const DEMANDS: u32 = 10_000;
/// Other drills may have taken some.
const ADDRESSES_TRIED_MAX: usize = 100;

/// Servers, and everything else that a balancer's configuration is made of.
pub(super) struct Site<'a> {
    pub(super) script: &'a Script,
    pub(super) setting: Setting,
    /// The servers' addresses, in the script's order.
    pub(super) servers: &'a [SocketAddr],
    /// Where users are to be served.
    pub(super) listen: SocketAddr,
    /// A second free address, for whatever else it listens on.
    pub(super) admin: SocketAddr,
    /// Has drills beside this one take other ports.
    _reserved: [UdpSocket; 2],
    /// Of this run alone.
    pub(super) folder: &'a Path,
    /// Weight of each server.
    pub(super) weights: Vec<f64>,
    /// Reloads so far.
    pub(super) generation: u64,
}

impl<'a> Site<'a> {
    pub(super) fn new(
        script: &'a Script,
        setting: Setting,
        servers: &'a [SocketAddr],
        folder: &'a Path,
    ) -> Result<Site<'a>, Error> {
        let weights = script.settings.endpoints.iter().map(|one| one.weight).collect();
        let [(listen, first), (admin, second)] = free_addresses()?;
        let _reserved = [first, second];
        let site = Site {
            script,
            setting,
            servers,
            listen,
            admin,
            _reserved,
            folder,
            weights,
            generation: 0,
        };
        site.check_folder()?;
        Ok(site)
    }

    /// Configurations name files in it, each in the quotes of its own language.
    fn check_folder(&self) -> Result<(), Error> {
        let plain = |c: char| c.is_alphanumeric() || "/._-+@~".contains(c);
        if self.folder.to_str().is_some_and(|folder| folder.chars().all(plain)) {
            return Ok(());
        }
        let what = format!("{} cannot be named in all configurations", self.folder.display());
        Err(Error::balancer(what, "set TMPDIR to a folder whose name is letters and digits"))
    }

    /// Addresses for servers that are not there.
    pub(super) fn nowhere(count: usize) -> Vec<SocketAddr> {
        // Ports of 127.0.0.1 in a circle: more servers than ports are no scenario.
        let ports = (1..=u16::MAX).cycle().take(count);
        ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).collect()
    }

    pub(super) fn key(&self) -> Option<Key> {
        keeping::key(self.script)
    }

    pub(super) fn by_cookie(&self) -> bool {
        keeping::by_cookie(self.script)
    }

    /// Whether the setting wants failures tried again, and held against a server.
    pub(super) fn is_careful(&self) -> bool {
        self.setting != Setting::Default
    }

    /// Each server: its name, address and weight.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = (&str, SocketAddr, f64)> {
        let names = self.script.scenario.servers.iter().map(|server| server.name.as_str());
        let rest = self.servers.iter().zip(&self.weights);
        names.zip(rest).map(|(name, (&address, &weight))| (name, address, weight))
    }

    /// Whether servers come back from the dead, so that they are better warmed up.
    pub(super) fn has_returns(&self) -> bool {
        let mut changes = self.script.scenario.changes.iter();
        changes.any(|(_, change)| {
            matches!(change, Change::Mode { mode: Mode::Dead, .. } | Change::Probe { .. })
        })
    }

    /// A time-out for one attempt, as somebody chooses it who knows the site's requests: a fifth
    /// more than the longest of ten thousand takes.
    pub(super) fn attempt_timeout(&self) -> Duration {
        let demand = self.script.scenario.traffic.demand;
        let mut rng = Rng::new(1);
        let longest = (0..DEMANDS).map(|_| demand.draw(&mut rng)).max().unwrap_or_default();
        (longest * 6 / 5).max(Duration::from_millis(1))
    }

    /// A file of its own.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Puts a text where a program may be watching: it sees the old one or the new one.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let draft = self.path(&format!("{name}.draft"));
        let written = fs::write(&draft, text).and_then(|()| fs::rename(draft, self.path(name)));
        written.map_err(|error| unusable(&error))
    }
}

/// Two addresses that nobody listens on.
///
/// A balancer must be able to listen there, and several share a port without a word if they can.
/// Drills beside this one are kept away by the same number among the ports of UDP.
fn free_addresses() -> Result<[(SocketAddr, UdpSocket); 2], Error> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let unbound = |source| Error::Bind { address: any, source };
    // Held until both are known, so that none is offered twice.
    let mut held = Vec::new();
    let mut free = || loop {
        let listener = TcpListener::bind(any)?;
        let address = listener.local_addr()?;
        held.push(listener);
        match UdpSocket::bind(address) {
            Ok(reserved) => return Ok((address, reserved)),
            Err(error) if held.len() >= ADDRESSES_TRIED_MAX => return Err(error),
            Err(_) => {}
        }
    };
    Ok([free().map_err(unbound)?, free().map_err(unbound)?])
}

pub(super) fn unusable(error: &std::io::Error) -> Error {
    Error::balancer(
        format!("the drill's folder cannot be used: {error}"),
        "is there room in the directory for temporary files (TMPDIR)?",
    )
}
