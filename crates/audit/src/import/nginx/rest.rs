//! Directives of nginx's that have no counterpart: each is said, once for each text.

use std::collections::HashSet;

use foreign::nginx::syntax::{Directive, Tree};

use crate::import::draft::Draft;

/// Directives that change what users get and cannot be taken over.
const LOST: [&str; 39] = [
    "add_header",
    "alias",
    "allow",
    "auth_basic",
    "auth_request",
    "client_max_body_size",
    "deny",
    "error_page",
    "expires",
    "fastcgi_pass",
    "grpc_pass",
    "gzip",
    "if",
    "limit_conn",
    "limit_req",
    "mirror",
    "proxy_cache",
    "proxy_cookie_path",
    "proxy_hide_header",
    "proxy_redirect",
    "proxy_set_header",
    "proxy_ssl_certificate",
    "proxy_ssl_name",
    "proxy_ssl_trusted_certificate",
    "proxy_ssl_verify",
    "queue",
    "return",
    "rewrite",
    "root",
    "scgi_pass",
    "split_clients",
    "ssl_ciphers",
    "ssl_client_certificate",
    "ssl_protocols",
    "ssl_verify_client",
    "sub_filter",
    "try_files",
    "uwsgi_pass",
    "worker_connections",
];

/// Headers that are sent in another way.
const SENT: [&str; 6] =
    ["Host", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto", "Connection", "Upgrade"];

/// Says what is lost. Beyond a thousand lines nobody reads it.
pub(super) fn tell(tree: &Tree, draft: &mut Draft<'_>) {
    let mut told = HashSet::new();
    let mut open: Vec<&Directive> =
        tree.files.iter().flat_map(|file| file.directives.iter()).collect();
    open.reverse();
    while let Some(directive) = open.pop() {
        open.extend(directive.block().into_iter().flatten().rev());
        let is_lost = LOST.contains(&directive.name.text.as_str()) && !is_sent(directive);
        if !is_lost || told.len() > 1000 {
            continue;
        }
        let text: String = draft.sources.slice(directive.head()).chars().take(120).collect();
        if told.insert(text.clone()) {
            draft.server.lost(directive.head(), format!("`{text}`"));
        }
    }
}

fn is_sent(directive: &Directive) -> bool {
    let header = directive.arg(0).unwrap_or("");
    directive.is("proxy_set_header") && SENT.iter().any(|sent| sent.eq_ignore_ascii_case(header))
}
