//! Writes a draft as TOML, with a comment wherever a meaning could not be kept.

use config::{Affinity, Endpoint, HashKey, Pool, Probe};
use foreign::Sources;

use super::draft::Draft;
use super::parts::{Fate, Part, Remark};
use crate::product::Product;

/// All remarks of a draft.
pub(super) fn all<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = &'d Remark> {
    let listeners = draft.listeners.iter().flat_map(|part| &part.remarks);
    let routes = draft.routes.iter().flat_map(|part| &part.remarks);
    let endpoints =
        |pool: &'d super::parts::PoolPart| pool.endpoints.iter().flat_map(|part| &part.remarks);
    let pools =
        draft.pools.iter().flat_map(move |pool| pool.pool.remarks.iter().chain(endpoints(pool)));
    draft.server.remarks.iter().chain(listeners).chain(routes).chain(pools)
}

/// All remarks as lines.
pub(super) fn remarks(draft: &Draft<'_>) -> Vec<String> {
    all(draft).map(|remark| told(remark, draft.sources)).collect()
}

/// The whole file.
pub(super) fn write(draft: &Draft<'_>, product: Product) -> String {
    let mut out = Out { text: String::new(), sources: draft.sources };
    out.line(&format!(
        "# Made from a configuration of {}. `changed` and `lost` say",
        product.title()
    ));
    out.line("# where its meaning could not be kept. The most specific host and the longest path");
    out.line("# decide here, whatever the order.");
    out.server(draft);
    for part in &draft.listeners {
        out.head("[[listeners]]", part);
        out.text("name", &part.value.name);
        out.text("address", &part.value.address.to_string());
        out.listener(&part.value);
    }
    for part in &draft.routes {
        out.head("[[routes]]", part);
        if !part.value.hosts.is_empty() {
            let hosts: Vec<_> = part.value.hosts.iter().map(|host| quoted(host)).collect();
            out.line(&format!("hosts = [{}]", hosts.join(", ")));
        }
        if part.value.path_prefix != "/" {
            out.text("path_prefix", &part.value.path_prefix);
        }
        out.text("pool", &part.value.pool);
    }
    for pool in &draft.pools {
        let key = quoted_key(&pool.name);
        out.head(&format!("[pools.{key}]"), &pool.pool);
        out.pool(&pool.pool.value);
        for part in &pool.endpoints {
            out.head(&format!("[[pools.{key}.endpoints]]"), part);
            out.endpoint(&part.value);
        }
    }
    out.text
}

struct Out<'s> {
    text: String,
    sources: &'s Sources,
}

impl Out<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    fn head<T>(&mut self, head: &str, part: &Part<T>) {
        self.line("");
        if let Some(from) = part.from {
            let place = self.sources.place(from);
            self.line(&comment(&format!("{}:{}", place.file, place.line)));
        }
        for remark in &part.remarks {
            self.line(&comment(&told(remark, self.sources)));
        }
        self.line(head);
    }

    fn server(&mut self, draft: &Draft<'_>) {
        let server = &draft.server.value;
        self.head("[server]", &draft.server);
        if server.admin.is_none() {
            self.text("admin", "off");
        }
        if let Some(log) = &server.access_log {
            self.text("access_log", &log.display().to_string());
        }
        let connections = server.max_connections;
        if connections != config::Server::default().max_connections {
            self.line(&format!("max_connections = {connections}"));
        }
    }

    fn listener(&mut self, listener: &config::Listener) {
        let plain = config::ClientTimeouts::default();
        let timeouts = &listener.timeouts;
        let values = [
            ("head", timeouts.head, plain.head),
            ("idle", timeouts.idle, plain.idle),
            ("body", timeouts.body, plain.body),
            ("send", timeouts.send, plain.send),
        ];
        let said = values.iter().filter(|(_, value, plain)| value != plain);
        self.inline("timeouts", said.map(|(key, value, _)| format!("{key} = \"{value}\"")));
    }

    fn inline(&mut self, key: &str, values: impl Iterator<Item = String>) {
        let values: Vec<_> = values.collect();
        if !values.is_empty() {
            self.line(&format!("{key} = {{ {} }}", values.join(", ")));
        }
    }

    fn pool(&mut self, pool: &Pool) {
        let plain = Pool::default();
        if pool.policy != plain.policy {
            self.text("policy", pool.policy.as_str());
        }
        pool.hash.iter().for_each(|hash| self.hash(hash));
        pool.affinity.iter().for_each(|affinity| self.affinity(affinity));
        pool.probe.iter().for_each(|probe| self.probe(probe));
        if pool.slow_start != plain.slow_start {
            self.text("slow_start", &pool.slow_start.to_string());
        }
        self.ejection(pool);
        let attempts = (pool.retry.attempts != plain.retry.attempts)
            .then(|| format!("attempts = {}", pool.retry.attempts));
        let statuses = (pool.retry.statuses != plain.retry.statuses)
            .then(|| format!("statuses = {:?}", pool.retry.statuses));
        self.inline("retry", attempts.into_iter().chain(statuses));
        let size =
            (pool.queue.size != plain.queue.size).then(|| format!("size = {}", pool.queue.size));
        let wait = (pool.queue.timeout != plain.queue.timeout)
            .then(|| format!("timeout = \"{}\"", pool.queue.timeout));
        self.inline("queue", size.into_iter().chain(wait));
        self.timeouts(pool);
    }

    fn ejection(&mut self, pool: &Pool) {
        let (said, plain) = (&pool.ejection, Pool::default().ejection);
        let spans = [
            ("interval", said.interval, plain.interval),
            ("base", said.base, plain.base),
            ("max", said.max, plain.max),
        ];
        let spans = spans.into_iter().filter(|(_, value, plain)| value != plain);
        let consecutive = (said.consecutive != plain.consecutive)
            .then(|| format!("consecutive = {}", said.consecutive));
        let share =
            (said.max_share != plain.max_share).then(|| format!("max_share = {}", said.max_share));
        let spans = spans.map(|(key, value, _)| format!("{key} = \"{value}\""));
        self.inline("ejection", consecutive.into_iter().chain(spans).chain(share));
    }

    fn timeouts(&mut self, pool: &Pool) {
        let (said, plain) = (&pool.timeouts, Pool::default().timeouts);
        let values = [
            ("connect", Some(said.connect), Some(plain.connect)),
            ("response_head", Some(said.response_head), Some(plain.response_head)),
            ("response_idle", Some(said.response_idle), Some(plain.response_idle)),
            ("request", said.request, plain.request),
            ("tunnel_idle", Some(said.tunnel_idle), Some(plain.tunnel_idle)),
        ];
        let values = values.into_iter().filter(|(_, value, plain)| value != plain);
        let values = values.filter_map(|(key, value, _)| Some(format!("{key} = \"{}\"", value?)));
        self.inline("timeouts", values);
    }

    fn hash(&mut self, hash: &HashKey) {
        let name = hash.name.as_ref().map(|name| format!("name = {}", quoted(name)));
        let bound = (hash.bound != HashKey::BOUND).then(|| format!("bound = {:?}", hash.bound));
        let by = format!("by = \"{}\"", hash.by.as_str());
        self.inline("hash", std::iter::once(by).chain(name).chain(bound));
    }

    fn affinity(&mut self, affinity: &Affinity) {
        let name = affinity.name.as_ref().map(|name| format!("name = {}", quoted(name)));
        let ttl = (affinity.ttl != Affinity::default().ttl)
            .then(|| format!("ttl = \"{}\"", affinity.ttl));
        let by = "by = \"cookie\"".to_owned();
        self.inline("affinity", std::iter::once(by).chain(name).chain(ttl));
    }

    fn probe(&mut self, probe: &Probe) {
        let path = probe.path.as_ref().map(|path| format!("path = {}", quoted(path)));
        let host = probe.host.as_ref().map(|host| format!("host = {}", quoted(host)));
        let rest = [
            format!("interval = \"{}\"", probe.interval),
            format!("timeout = \"{}\"", probe.timeout),
            format!("rise = {}", probe.rise),
            format!("fall = {}", probe.fall),
        ];
        self.inline("probe", path.into_iter().chain(host).chain(rest));
    }

    fn endpoint(&mut self, endpoint: &Endpoint) {
        self.text("name", &endpoint.name);
        self.text("address", &endpoint.address.to_string());
        if endpoint.capacity != 100.0 {
            self.line(&format!("capacity = {}", endpoint.capacity));
        }
        if endpoint.weight != 1.0 {
            self.line(&format!("weight = {}", endpoint.weight));
        }
        endpoint.limit.iter().for_each(|limit| self.line(&format!("limit = {limit}")));
        if endpoint.drain {
            self.line("drain = true");
        }
    }
}

fn told(remark: &Remark, sources: &Sources) -> String {
    let fate = match remark.fate {
        Fate::Changed => "changed",
        Fate::Lost => "lost",
    };
    match remark.span.map(|span| sources.place(span)) {
        Some(place) => format!("{}:{}: {fate}: {}", place.file, place.line, remark.what),
        None => format!("{fate}: {}", remark.what),
    }
}

/// One line: what could end a comment is a space in it.
fn comment(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("# {text}")
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if letter.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}

fn quoted_key(key: &str) -> String {
    if key.contains('.') { quoted(key) } else { key.to_owned() }
}
