//! A request as the exchange knows it: where it is routed and what decides its place.

use std::net::IpAddr;

use balance::Claims;

use super::client::Told;
use super::{affinity, client, key};
use crate::fault::Fault;
use crate::plan::PlannedPool;
use crate::worker::{Asking, HeldPlan, Worker};

/// What a protocol shows of a request's head.
pub(crate) trait Head {
    fn method(&self) -> &str;
    /// Host as sent, with port.
    fn host(&self) -> &str;
    /// Path and query.
    fn target(&self) -> &str;
    /// Values of a field, by its lower-case name, in order.
    fn values<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s [u8]>;
}

/// A routed request.
pub(crate) struct Request {
    pub(crate) plan: HeldPlan,
    pub(crate) pool: usize,
    /// Hash key; empty when the pool hashes nothing or the request has none.
    pub(crate) key: Option<Box<[u8]>>,
    pub(crate) session: Option<Claims>,
    /// Address of the client, behind trusted proxies.
    pub(crate) client: IpAddr,
    /// What trusted proxies tell of the client by `Forwarded` alone.
    pub(crate) told: Option<Box<Told>>,
    /// Trying it twice does what trying it once does (RFC 9110, section 9.2.2).
    pub(crate) idempotent: bool,
    pub(crate) started_ns: u64,
}

impl Request {
    pub(crate) fn pool(&self) -> &PlannedPool {
        &self.plan.pools[self.pool]
    }

    /// Goes on under the plan in force, if its pool still is in it.
    pub(crate) fn renew(&mut self, worker: &Worker) {
        let plan = worker.plan();
        if std::ptr::eq(&*plan, &*self.plan) {
            return;
        }
        if let Some(pool) = plan.pools.iter().position(|pool| pool.name == self.pool().name) {
            (self.plan, self.pool) = (plan, pool);
        }
    }
}

/// Routes a request and reads from its head what its placement depends on.
pub(crate) fn admit(
    worker: &Worker,
    head: &impl Head,
    peer: IpAddr,
    connection: u64,
) -> Result<Request, Fault> {
    let plan = worker.plan();
    let path = head.target().split('?').next().unwrap_or("");
    let pool = plan.router.route(head.host(), path).ok_or(Fault::NoRoute)?;
    let planned = &plan.pools[pool];
    let (client, told) = client::identify(head, peer, &plan.trusted);
    let key = planned.settings.hash.as_ref().and_then(|hash| key::extract(hash, head, client));
    let session = planned.signer.as_ref().and_then(|signer| affinity::session(signer, head));
    let asking = Asking {
        client,
        connection,
        target: head.target(),
        // Where the balancer sets no cookie, the site may.
        followed: match &planned.signer {
            Some(_) => session.is_some(),
            None => head.values("cookie").next().is_some(),
        },
        at_ms: worker.now_ms(),
    };
    if worker.shared.watched {
        worker.listening.note(&planned.name, &asking, || head.values("user-agent").next());
    }
    let idempotent =
        matches!(head.method(), "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE" | "TRACE");
    Ok(Request { pool, key, session, client, told, idempotent, started_ns: worker.now_ns(), plan })
}
