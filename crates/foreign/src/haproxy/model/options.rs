//! `option`, `no option` and `default option`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::Args;
use super::modifier::Modifier;
use crate::haproxy::syntax::{Doubt, Text};
use crate::placed::Placed;

/// What a line said of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionSetting {
    /// Whether it is on.
    pub is_on: bool,
    /// The words behind it.
    pub arguments: Arc<[Text]>,
}

/// The options of a proxy, by name.
pub(super) type Options = BTreeMap<&'static str, Placed<OptionSetting>>;

/// Of these, one is in force: how connections end, and how servers are checked.
const EXCLUSIVE: [&[&str]; 3] = [
    &["http-keep-alive", "http-server-close", "httpclose", "forceclose", "http-tunnel"],
    CHECKS,
    &["httplog", "tcplog", "httpslog"],
];

const CHECKS: &[&str] = &[
    "httpchk",
    "tcp-check",
    "ssl-hello-chk",
    "smtpchk",
    "pgsql-check",
    "redis-check",
    "mysql-check",
    "ldap-check",
    "spop-check",
    "external-check",
];

/// Options that cannot be taken back: only another one can replace them.
const FINAL: [&str; 6] = ["httplog", "tcplog", "httpslog", "forwardfor", "originalto", "tcpka"];

/// Options that are on or off, or have words of their own.
const OTHERS: &str = "\
    abortonclose accept-invalid-http-request accept-invalid-http-response \
    accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response allbackups \
    assume-rfc6587-ntf checkcache clitcpka contstats disable-h2-upgrade dont-parse-log \
    dontlog-normal dontlognull forwarded forwardfor h1-case-adjust-bogus-client \
    h1-case-adjust-bogus-server http-buffer-request http-drop-request-trailers \
    http-drop-response-trailers http-ignore-probes http-no-delay http-pretend-keepalive \
    http-restrict-req-hdr-names http-use-htx http-use-proxy-header http_proxy \
    idle-close-on-response independant-streams independent-streams log-health-checks \
    log-separate-errors logasap nolinger original-to originalto persist prefer-last-server \
    redispatch socket-stats splice-auto splice-request splice-response srvtcpka tcp-smart-accept \
    tcp-smart-connect tcpka transparent use-small-buffers";

/// Reads the words behind `option`.
pub(super) fn read(options: &mut Options, modifier: Modifier, args: &mut Args<'_, '_, '_>) {
    let Some(word) = args.word("an option") else { return };
    let group = EXCLUSIVE.iter().find(|group| group.contains(&word.text.as_ref()));
    let exclusive = group.into_iter().copied().flatten().copied();
    let mut known = exclusive.chain(OTHERS.split(' '));
    let Some(name) = known.find(|known| *known == word.text.as_ref()) else {
        let what = format!("option `{}` is not known here", word.text);
        args.remarks.tell(word.span, Doubt::UnknownKeyword, what);
        return;
    };
    if modifier != Modifier::Plain && (FINAL.contains(&name) || CHECKS.contains(&name)) {
        let what = format!("option `{name}` cannot be taken back");
        args.fail_line(what, "another option in its stead");
        return;
    }
    let removed = [("forceclose", (2, 0)), ("http-tunnel", (2, 1)), ("http_proxy", (2, 5))];
    if let Some((_, (major, minor))) = removed.iter().find(|(removed, _)| *removed == name)
        && args.environment.version().is_at_least(*major, *minor)
    {
        let what = format!("option `{name}` is refused by this version");
        args.remarks.tell(args.line, Doubt::Version, what);
    }
    if modifier == Modifier::Plain {
        for other in group.into_iter().copied().flatten() {
            options.remove(*other);
        }
    }
    if modifier == Modifier::Default {
        options.remove(name);
        return;
    }
    let is_on = modifier == Modifier::Plain;
    let arguments = args.rest().iter().map(|word| word.text.clone()).collect();
    options.insert(name, Placed::new(OptionSetting { is_on, arguments }, args.line));
}
