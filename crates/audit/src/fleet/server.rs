//! What a configuration of HAProxy says of a server, as facts.

use std::fmt::Display;

use foreign::haproxy::model::{Server, ServerSettings};
use foreign::{Placed, Span};

use super::fact::{Facts, Path};

/// What HAProxy takes where nothing is said is not told.
pub(super) fn read(server: &Server, parent: &Path, facts: &mut Facts) {
    let path = facts.block(parent, &format!("server {}", server.name), Some(server.span));
    let mut told = Told { facts, path };
    told.facts.set(&told.path, "address", server.address.to_string(), Some(server.span));
    let it: &ServerSettings = &server.settings;
    told.flag("backup", it.backup);
    told.flag("disabled", it.disabled);
    told.flag("check", it.check);
    told.flag("agent-check", it.agent_check);
    told.flag("ssl", it.ssl);
    told.value("weight", it.weight.as_ref(), "1");
    told.value("maxconn", it.maxconn.as_ref(), "0");
    told.value("minconn", it.minconn.as_ref(), "0");
    told.value("maxqueue", it.maxqueue.as_ref(), "0");
    told.value("rise", it.rise.as_ref(), "2");
    told.value("fall", it.fall.as_ref(), "3");
    told.value("id", it.id.as_ref(), "");
    told.value("error-limit", it.error_limit.as_ref(), "10");
    told.value("check port", it.check_port.as_ref(), "");
    told.value("check address", it.check_address.as_ref(), "");
    told.millis("inter", it.inter_ms, 2000);
    told.millis("fastinter", it.fastinter_ms, 0);
    told.millis("downinter", it.downinter_ms, 0);
    told.millis("slowstart", it.slowstart_ms, 0);
    let texts = [
        ("cookie", &it.cookie),
        ("hash-key", &it.hash_key),
        ("observe", &it.observe),
        ("on-error", &it.on_error),
        ("on-marked-down", &it.on_marked_down),
        ("on-marked-up", &it.on_marked_up),
        ("track", &it.track),
        ("verify", &it.verify),
        ("init-addr", &it.init_addr),
        ("resolvers", &it.resolvers),
    ];
    texts.iter().for_each(|(name, said)| told.value(name, said.as_ref(), ""));
    if let Some(said) = &it.send_proxy {
        let keyword = said.value.as_deref().unwrap_or("");
        told.say("send-proxy", keyword.to_owned(), said.span, "");
    }
    for (name, said) in &it.others {
        told.facts.set(&told.path, name, said.value.join(" "), Some(said.span));
    }
}

struct Told<'f> {
    facts: &'f mut Facts,
    path: Path,
}

impl Told<'_> {
    fn flag(&mut self, name: &str, said: Option<Placed<bool>>) {
        if let Some(said) = said.filter(|said| said.value) {
            self.facts.set(&self.path, name, "", Some(said.span));
        }
    }

    fn value<T: Display>(&mut self, name: &str, said: Option<&Placed<T>>, default: &str) {
        if let Some(said) = said {
            self.say(name, said.value.to_string(), said.span, default);
        }
    }

    fn millis(&mut self, name: &str, said: Option<Placed<u64>>, default: u64) {
        if let Some(said) = said.filter(|said| said.value != default) {
            self.say(name, format!("{} ms", said.value), said.span, "");
        }
    }

    fn say(&mut self, name: &str, value: String, span: Span, default: &str) {
        if value != default {
            self.facts.set(&self.path, name, value, Some(span));
        }
    }
}
