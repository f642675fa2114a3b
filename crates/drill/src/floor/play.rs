//! One drill: servers, a balancer before them, users who do not wait, and what came of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sim::{Arrivals, Demand, Report, Script};

use super::Balancer;
use super::contender::{Contender, Site, free_address};
use super::sampler::{self, Samples};
use super::timeline;
use crate::error::Error;
use crate::load::{Connections, Load, LoadSpec, Planned, Progress};
use crate::origin::{Origin, OriginSpec};
use crate::stop::Stop;

/// A request may start this much late.
const LATE_AFTER: Duration = Duration::from_millis(20);
/// Longest wait of a user.
const PATIENCE: Duration = Duration::from_secs(30);

/// A drill that is set up.
pub struct Drill<'a> {
    script: &'a Script,
    balancer: Balancer,
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
}

impl<'a> Drill<'a> {
    /// The requests are those that the simulator plays with the same seed. `folder` is for this
    /// drill alone.
    ///
    /// # Errors
    /// What cannot be done on real sockets.
    pub fn new(
        script: &'a Script,
        balancer: Balancer,
        folder: &'a Path,
        seed: u64,
    ) -> Result<Drill<'a>, Error> {
        timeline::check(&script.scenario.changes)?;
        let scenario = &script.scenario;
        let planned: Vec<Planned> = Arrivals::new(scenario.traffic.clone(), seed)
            .take_while(|arrival| arrival.at_ns < scenario.duration_ns)
            .map(|arrival| Planned {
                at: Duration::from_nanos(arrival.at_ns),
                user: arrival.user,
                work: Duration::from_nanos(arrival.demand_ns),
            })
            .collect();
        let spec = LoadSpec {
            warm_up: Duration::from_nanos(scenario.warm_up_ns),
            connections: Connections::Shared,
            host: "drill".to_owned(),
            timeout: PATIENCE,
            late_after: LATE_AFTER,
            ..LoadSpec::default()
        };
        Ok(Drill { script, balancer, folder, load: Load::replay(spec, planned)? })
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
        let origins = Arc::new(start_origins(self.script).await?);
        let servers: Vec<SocketAddr> = origins.iter().map(Origin::addr).collect();
        let weights = self.script.settings.endpoints.iter().map(|one| one.weight).collect();
        let mut site = Site {
            script: self.script,
            servers: &servers,
            listen: free_address()?,
            admin: free_address()?,
            folder: self.folder,
            weights,
        };
        let contender = Contender::start(self.balancer, &site).await?;
        let (start, ended) = (Instant::now(), Stop::new());
        let listen = site.listen;
        let sampled = tokio::spawn(sampler::sample(Arc::clone(&origins), start, ended.clone()));
        let changes = &self.script.scenario.changes;
        let happens = timeline::run(
            changes,
            Arc::clone(&origins),
            &contender,
            &mut site,
            start,
            ended.clone(),
        );
        let users = async {
            let report = self.load.run(listen, stop).await;
            ended.trip();
            report
        };
        let (report, happened) = tokio::join!(users, happens);
        happened?;
        let samples = sampled.await.unwrap_or_default();
        Ok(settle(self.script, &report, samples))
    }
}

async fn start_origins(script: &Script) -> Result<Vec<Origin>, Error> {
    let mut origins = Vec::new();
    for server in &script.scenario.servers {
        let spec = OriginSpec {
            name: server.name.clone(),
            slots: server.slots as usize,
            service: Demand::Constant { mean: Duration::ZERO },
            body_bytes: 100,
            seed: 0,
        };
        origins.push(Origin::start(spec, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?);
    }
    Ok(origins)
}

fn settle(script: &Script, seen: &crate::load::Report, samples: Samples) -> DrillReport {
    let scenario = &script.scenario;
    let names = scenario.servers.iter().map(|server| server.name.clone()).collect();
    let mut report = Report::new(names, scenario.capacities.clone());
    report.requests = seen.requests;
    report.begun = seen.requests;
    report.errors = seen.failed();
    report.moved = seen.moved;
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
    DrillReport { report, invalid: seen.invalid() }
}
