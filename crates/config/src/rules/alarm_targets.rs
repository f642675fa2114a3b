//! Receivers that cannot be reached as they are written: addresses, secrets, commands.

use super::site::{Site, Spot};
use crate::finding::Finding;
use crate::settings::{Email, ReceiverKind};

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (receiver, spot) in site.receivers() {
        for kind in receiver.kinds() {
            one(kind, &spot.key(kind.name()), out);
        }
    }
    if let Some(runbooks) = &site.settings.alarms.runbooks {
        url(runbooks, &site.spot("alarms").key("runbooks"), out);
    }
}

fn one(kind: ReceiverKind<'_>, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    match kind {
        ReceiverKind::Alertmanager(to) => {
            filled(&to.urls, "urls", spot, out);
            for (text, spot) in spot.key("urls").items(&to.urls) {
                url(text, &spot, out);
            }
        }
        ReceiverKind::Webhook(to) => url(to.url.reveal(), &spot.key("url"), out),
        ReceiverKind::PagerDuty(to) => {
            let written = [to.routing_key.is_some(), to.routing_key_file.is_some()];
            one_of(["routing_key", "routing_key_file"], written, spot, out);
            url(&to.url, &spot.key("url"), out);
        }
        ReceiverKind::Slack(to) => {
            one_of(["url", "url_file"], [to.url.is_some(), to.url_file.is_some()], spot, out);
            if let Some(text) = &to.url {
                url(text.reveal(), &spot.key("url"), out);
            }
        }
        ReceiverKind::Email(to) => email(to, spot, out),
        ReceiverKind::Exec(to) => filled(&to.command, "command", spot, out),
    }
}

fn email(to: &Email, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    filled(&to.to, "to", spot, out);
    let boxes = spot.key("to").items(&to.to).into_iter().chain([(&to.from, spot.key("from"))]);
    for (mailbox, spot) in boxes.filter(|(mailbox, _)| !is_mailbox(mailbox)) {
        let what = format!("`{mailbox}` is no e-mail address");
        let finding = Finding::error("bad-mailbox", spot.span(), what)
            .why("the mail server would refuse the message")
            .hint("write `name@host`, without a display name");
        out.push(finding);
    }
    if !is_server(&to.server) {
        let what = format!("`server` is no host with a port: `{}`", to.server);
        let finding = Finding::error("bad-server", spot.key("server").span(), what)
            .why("mail servers listen on several ports, and it makes a difference which")
            .hint("write e.g. `smtp.example.com:587`");
        out.push(finding);
    }
    if to.username.is_some() != to.password_file.is_some() {
        let finding =
            Finding::error("half-sign-in", spot.span(), "signing in needs a name and a password")
                .why("one without the other would be ignored")
                .hint("write `username` and `password_file`, or neither");
        out.push(finding);
    }
}

fn filled(list: &[String], key: &str, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let spot = spot.key(key);
    if spot.is_whole() && list.first().is_none_or(String::is_empty) {
        let finding = Finding::error("empty-receiver", spot.span(), format!("`{key}` is empty"))
            .why("alarms that are routed here would reach nobody")
            .hint("name at least one");
        out.push(finding);
    }
}

fn one_of(keys: [&str; 2], written: [bool; 2], spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let [key, file] = keys;
    let what = match written {
        [true, true] => format!("`{key}` and `{file}` are both written"),
        [false, false] if spot.is_whole() => format!("neither `{key}` nor `{file}` is written"),
        _ => return,
    };
    let place = if written[1] { spot.key(file).key_span() } else { spot.span() };
    let finding = Finding::error("one-secret", place, what)
        .why("the secret stands in one place")
        .hint(format!("write `{file}`, so that this file may be read by others"));
    out.push(finding);
}

/// The text itself is not shown: it may hold a token.
fn url(text: &str, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    if !is_url(text) {
        let finding = Finding::error("bad-url", spot.span(), "this is no web address")
            .why("nothing can be sent there")
            .hint("write `https://host/path`, or `http://` inside your own network");
        out.push(finding);
    }
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_mailbox(text: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>,;\"".contains(c);
    let split = text.rsplit_once('@');
    split.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && text.chars().all(plain)
}

fn is_server(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    port.parse::<u16>().is_ok_and(|port| port > 0) && !host.is_empty() && host.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    fn check(form: &str, expected: &[&str]) {
        let text = format!(
            "{VALID}[alarms]\ndefault = \"a\"\n[[alarms.receivers]]\nname = \"a\"\n{form}\n"
        );
        assert_eq!(slugs_of(&text), expected, "{form}");
    }

    #[test]
    fn addresses_are_addresses() {
        check("webhook = { url = \"https://h.example/a?b=c\" }", &[]);
        for bad in ["", "h.example", "ftp://h.example", "https://", "http://a b"] {
            check(&format!("webhook = {{ url = \"{bad}\" }}"), &["bad-url"]);
        }
        check("alertmanager = { urls = [] }", &["empty-receiver"]);
        check("alertmanager = { urls = [\"http://a:9093\", \"b:9093\"] }", &["bad-url"]);
        check("exec = { command = [] }", &["empty-receiver"]);
    }

    #[test]
    fn a_secret_stands_in_one_place() {
        check("pagerduty = {}", &["one-secret"]);
        check("pagerduty = { routing_key = \"k\", routing_key_file = \"f\" }", &["one-secret"]);
        check("pagerduty = { routing_key_file = \"f\" }", &[]);
        check("slack = { url = \"https://h.example/x\" }", &[]);
        check("slack = {}", &["one-secret"]);
    }

    #[test]
    fn mail_has_a_server_and_people() {
        let mail = |to: &str, server: &str, more: &str| {
            format!("email = {{ to = [{to}], from = \"a@b.c\", server = \"{server}\"{more} }}")
        };
        check(&mail("\"x@y.z\"", "smtp.example:587", ""), &[]);
        check(&mail("\"x@y.z\"", "smtp.example", ""), &["bad-server"]);
        check(&mail("\"X <x@y.z>\"", "smtp.example:25", ""), &["bad-mailbox"]);
        check(&mail("", "smtp.example:25", ""), &["empty-receiver"]);
        check(&mail("\"x@y.z\"", "smtp.example:25", ", username = \"u\""), &["half-sign-in"]);
    }
}
