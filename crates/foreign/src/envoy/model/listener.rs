//! Listeners: where requests come in, and what is done with them on the way to a cluster.

use super::access_log::{self, FormatSource};
use super::endpoint::Address;
use super::reading::Reading;
use super::route::{RouteTable, Target, target};
use crate::envoy::schema::short;
use crate::envoy::yaml::Node;
use crate::fault::SyntaxError;
use crate::logs::Format;
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// A listener.
#[derive(Clone, Debug, PartialEq)]
pub struct Listener {
    /// Its name.
    pub name: Option<Placed<String>>,
    /// The whole message.
    pub span: Span,
    /// Where it listens.
    pub address: Option<Placed<Address>>,
    /// Tables of routes by their number in the configuration's.
    pub routes: Vec<usize>,
    /// Names of tables that are got by RDS.
    pub rds: Vec<Placed<String>>,
    /// Where connections lead that are passed on as they are.
    pub tcp: Vec<Target>,
    /// Whether the client's address is the connection's, not a header's.
    pub use_remote_address: Setting<bool>,
    /// Whether it takes ports off hosts before anything looks at them.
    pub strips_port: bool,
    /// Whether it takes dots and needless escapes out of paths.
    pub normalizes_path: Setting<bool>,
    /// Whether several slashes in a row become one.
    pub merges_slashes: Setting<bool>,
    /// What it does where a path holds an escaped slash.
    pub escaped_slashes: Setting<String>,
    /// Where it says that connections are encrypted, with the files of certificates.
    pub tls: Vec<Placed<String>>,
    /// How many proxies before it are believed.
    pub trusted_hops: Setting<u64>,
    /// Filters of connections and requests, by name, in their order.
    pub filters: Vec<Placed<String>>,
    /// What binds sessions to servers.
    pub stateful: Vec<Stateful>,
    /// Formats of its access logs, and of those of its HTTP.
    pub log_formats: Vec<Placed<Format>>,
    /// Where formats of these are that are not in the file.
    pub format_sources: Vec<Placed<FormatSource>>,
}

/// A filter that binds sessions to servers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stateful {
    /// The filter.
    pub span: Span,
    /// `cookie`, `header` or another name.
    pub kind: String,
    /// The cookie's or header's name.
    pub name: Option<Placed<String>>,
    /// Milliseconds for which the cookie is kept; 0: as long as the browser runs.
    pub ttl_ms: Setting<u64>,
    /// Whether a request fails when its server is not there.
    pub strict: Setting<bool>,
}

impl Listener {
    fn logs(&mut self, node: &Node) {
        let entries = node.list("access_log");
        self.log_formats.extend(entries.iter().filter_map(access_log::format));
        self.format_sources.extend(entries.iter().filter_map(access_log::elsewhere));
    }

    pub(super) fn read(
        node: &Node,
        tables: &mut Vec<RouteTable>,
        reading: &mut Reading,
    ) -> Listener {
        let mut listener = Listener {
            name: node.text_of("name"),
            span: node.span,
            address: node.field("address").and_then(|node| Address::read(node, reading)),
            routes: Vec::new(),
            rds: Vec::new(),
            tcp: Vec::new(),
            use_remote_address: Setting::default(false),
            strips_port: false,
            normalizes_path: Setting::default(false),
            merges_slashes: Setting::default(false),
            escaped_slashes: Setting::default("KEEP_UNCHANGED".to_owned()),
            tls: Vec::new(),
            trusted_hops: Setting::default(0),
            filters: Vec::new(),
            stateful: Vec::new(),
            log_formats: Vec::new(),
            format_sources: Vec::new(),
        };
        listener.logs(node);
        let default = node.field("default_filter_chain");
        let chains = || node.list("filter_chains").iter().chain(default);
        listener.tls = chains().filter_map(encrypted).collect();
        for chain in chains() {
            for filter in chain.list("filters") {
                listener.filter(filter, tables, reading);
            }
        }
        listener
    }

    fn filter(&mut self, node: &Node, tables: &mut Vec<RouteTable>, reading: &mut Reading) {
        let name = node.text_of("name");
        let kind = kind(node, name.as_ref());
        untyped(node, reading);
        self.filters.extend(name);
        // API v2 wrote `config`.
        let Some(config) = node.field("typed_config").or_else(|| node.field("config")) else {
            return;
        };
        if kind.contains("tcp_proxy") {
            self.tcp.push(target(config, reading));
        }
        if !kind.contains("http_connection_manager") {
            return;
        }
        self.logs(config);
        self.use_remote_address = reading.truth(config, "use_remote_address", false);
        let strips = ["strip_any_host_port", "strip_matching_host_port"];
        self.strips_port |= strips.iter().any(|name| reading.truth(config, name, false).value);
        self.normalizes_path = reading.truth(config, "normalize_path", false);
        self.merges_slashes = reading.truth(config, "merge_slashes", false);
        let escaped = "path_with_escaped_slashes_action";
        self.escaped_slashes = reading.name(config, escaped, "KEEP_UNCHANGED");
        self.trusted_hops = reading.number(config, "xff_num_trusted_hops", 0);
        if let Some(table) = config.field("route_config") {
            self.routes.push(tables.len());
            tables.push(RouteTable::read(table, reading));
        }
        self.rds.extend(config.field("rds").and_then(|rds| rds.text_of("route_config_name")));
        for filter in config.list("http_filters") {
            self.http_filter(filter, reading);
        }
    }

    fn http_filter(&mut self, node: &Node, reading: &mut Reading) {
        let name = node.text_of("name");
        let kind = kind(node, name.as_ref());
        untyped(node, reading);
        self.filters.extend(name);
        let config = node.field("typed_config").filter(|_| kind.contains("stateful_session"));
        self.stateful.extend(config.map(|config| Stateful::read(config, reading)));
    }
}

/// The certificates of a chain of filters; a text of its own where none is a file.
fn encrypted(chain: &Node) -> Option<Placed<String>> {
    let socket = chain.field("transport_socket").or(chain.field("tls_context"))?;
    let context = socket.field("typed_config").unwrap_or(socket);
    let common = context.field("common_tls_context");
    let certificates = common.map_or(&[][..], |common| common.list("tls_certificates"));
    let files =
        certificates.iter().filter_map(|it| it.at(&["certificate_chain", "filename"])?.text());
    let files: Vec<&str> = files.collect();
    let told = if files.is_empty() { "none is a file".to_owned() } else { files.join(", ") };
    Some(Placed::new(told, socket.span))
}

/// What a filter is: its type, or its name where it has none.
fn kind(node: &Node, name: Option<&Placed<String>>) -> String {
    let url = node.at(&["typed_config", "@type"]).and_then(Node::text);
    let named = || name.map_or(String::new(), |name| name.value.clone());
    url.map_or_else(named, short)
}

/// Envoy finds a filter by its type alone, and no more by its name.
fn untyped(node: &Node, reading: &mut Reading) {
    let found = ["typed_config", "config_discovery", "config"].iter().any(|name| node.has(name));
    if !found {
        let what = "Envoy cannot find this filter by its name alone";
        reading.problems.push(SyntaxError::new(node.span, what).expected("`typed_config`"));
    }
}

impl Stateful {
    fn read(node: &Node, reading: &mut Reading) -> Stateful {
        let state = node.at(&["session_state", "typed_config"]);
        let url = state.and_then(|state| state.field("@type")).and_then(Node::text).unwrap_or("");
        let kind = match short(url) {
            kind if kind.contains("cookie") => "cookie".to_owned(),
            kind if kind.contains("header") => "header".to_owned(),
            kind => kind,
        };
        let cookie = state.and_then(|state| state.field("cookie"));
        Stateful {
            span: node.span,
            kind,
            name: cookie.or(state).and_then(|node| node.text_of("name")),
            ttl_ms: match cookie {
                Some(cookie) => reading.millis(cookie, "ttl", 0),
                None => Setting::default(0),
            },
            strict: reading.truth(node, "strict", false),
        }
    }
}
