//! One drill: servers, a balancer before them, users who do not wait, and what came of it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::Method;
use sim::{Arrivals, Errand, Report, Script};

use super::contender::Contender;
use super::forge;
use super::keeping::USER_COOKIE;
use super::noise;
use super::process::Process;
use super::sampler::{self, Samples};
use super::servers;
use super::site::Site;
use super::timeline::{self, Stage};
use super::witness::{self, Noticed};
use crate::error::Error;
use crate::load::{Connections, Load, LoadSpec, Planned, Progress, RequestKind};
use crate::origin::Origin;
use crate::stop::Stop;

/// A request may start this much late.
const LATE_AFTER: Duration = Duration::from_millis(20);
/// A free one for each server.
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// Longest wait of a user.
const PATIENCE: Duration = Duration::from_secs(30);

/// A drill that is set up.
pub struct Drill<'a> {
    script: &'a Script,
    contender: Contender,
    folder: &'a Path,
    load: Load,
}

/// What came of a drill.
#[derive(Clone, Debug)]
pub struct DrillReport {
    /// The same figures as a play's.
    pub report: Report,
    /// Why nothing can be concluded: the generator itself was too late.
    pub invalid: Option<String>,
    /// What the balancer noticed of it, where it judges itself.
    pub noticed: Option<Noticed>,
}

impl<'a> Drill<'a> {
    /// The requests are those that the simulator plays with the same seed. `folder` is for this
    /// drill alone.
    ///
    /// # Errors
    /// What cannot be done on real sockets, or not with this balancer and setting.
    pub fn new(
        script: &'a Script,
        contender: Contender,
        folder: &'a Path,
        seed: u64,
    ) -> Result<Drill<'a>, Error> {
        contender.fits(script)?;
        let scenario = &script.scenario;
        let planned: Vec<Planned> = Arrivals::new(scenario.traffic.clone(), seed)
            .take_while(|arrival| arrival.at_ns < scenario.duration_ns)
            .map(|arrival| Planned {
                at: Duration::from_nanos(arrival.at_ns),
                user: arrival.user,
                kind: Errand::of(&arrival).number() as u32,
                address: arrival.address,
                work: Duration::from_nanos(arrival.demand_ns),
            })
            .collect();
        let connections = match Contender::tells_users_apart(script) {
            true => Connections::PerUserAddress,
            false => Connections::Shared,
        };
        let spec = LoadSpec {
            warm_up: Duration::from_nanos(scenario.warm_up_ns),
            connections,
            user_cookie: USER_COOKIE,
            host: "drill".to_owned(),
            mix: Errand::all().map(kind).collect(),
            retries: scenario.traffic.retries,
            timeout: PATIENCE,
            late_after: LATE_AFTER,
            ..LoadSpec::default()
        };
        Ok(Drill { script, contender, folder, load: Load::replay(spec, planned)? })
    }

    /// The counts that [`Drill::run`] keeps, to be watched while it runs.
    pub fn progress(&self) -> Arc<Progress> {
        self.load.progress()
    }

    /// Runs it within the current tokio runtime, to its end or until `stop`.
    ///
    /// # Errors
    /// Servers or a balancer that do not start, or do not do what they are told.
    pub async fn run(self, stop: Stop) -> Result<DrillReport, Error> {
        let origins = Arc::new(servers::start(self.script, ANY_PORT).await?);
        let servers: Vec<SocketAddr> = origins.iter().map(Origin::addr).collect();
        let site = Site::new(self.script, self.contender.setting, &servers, self.folder)?;
        let ended = Stop::new();
        let noise = (site.path(noise::FILE), site.listen.port(), Instant::now(), ended.clone());
        tokio::spawn(async move { noise::write(&noise.0, noise.1, noise.2, noise.3).await });
        let process = Process::start(self.contender, &site).await?;
        let forged = forge::all(self.script, &site).await?;
        let (jars, listen) = (self.load.jars(), site.listen);
        let admin = self.contender.balancer.program().witness(&site);
        let stage = Stage { origins: &origins, process: &process, site, jars, forged };
        let start = Instant::now();
        let sampled = tokio::spawn(sampler::sample(Arc::clone(&origins), start, ended.clone()));
        let changes = &self.script.scenario.changes;
        let first = self.script.scenario.happens_s().map(Duration::from_secs_f64);
        let witness =
            admin.map(|admin| tokio::spawn(witness::watch(admin, first, start, ended.clone())));
        let happens = timeline::run(changes, stage, start, ended.clone());
        let users = async {
            let report = self.load.run(listen, stop).await;
            ended.trip();
            report
        };
        let (report, happened) = tokio::join!(users, happens);
        happened?;
        let samples = sampled.await.unwrap_or_default();
        let noticed = match witness {
            Some(witness) => witness.await.ok(),
            None => None,
        };
        Ok(DrillReport { noticed, ..settle(self.script, &report, samples) })
    }
}

/// A request for something, as the load sends it.
fn kind(errand: Errand) -> RequestKind {
    let Errand { path, agent, asset } = errand;
    let path = if asset { format!("/part/{path}.css") } else { format!("/page/{path}") };
    let agent = Some(format!("evenkeel-drill/{agent}"));
    RequestKind { agent, ..RequestKind::new(Method::GET, &path, 1.0) }
}

fn settle(script: &Script, seen: &crate::load::Report, samples: Samples) -> DrillReport {
    let scenario = &script.scenario;
    let names = scenario.servers.iter().map(|server| server.name.clone()).collect();
    let mut report = Report::new(names, scenario.capacities.clone());
    report.requests = seen.requests;
    report.begun = seen.requests;
    report.errors = seen.failed();
    report.moved = seen.moved;
    report.retried = seen.retried;
    report.stale = seen.reconnects + seen.failures.reset;
    report.latency = seen.outcomes.histogram().clone();
    report.excess = seen.excess.histogram().clone();
    let warm_up_s = (scenario.warm_up_ns / sim::SECOND) as usize;
    let duration_s = (scenario.duration_ns / sim::SECOND) as usize;
    let counted = |row: usize| row >= warm_up_s && row < duration_s;
    let rows = samples.present.into_iter().zip(samples.answers).enumerate();
    for (_, (present, answers)) in rows.filter(|(row, _)| counted(*row)) {
        report.present.push(present);
        report.answers.push(answers);
    }
    DrillReport { report, invalid: seen.invalid(), noticed: None }
}
