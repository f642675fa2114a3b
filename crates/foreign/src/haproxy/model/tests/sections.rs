//! Sections, what `global` says, listeners and who goes where.

use super::reader::{any_config, config};
use crate::haproxy::SectionKind;
use crate::haproxy::model::Level;
use crate::haproxy::syntax::Doubt;

#[test]
fn global_sections_add_up() {
    let config = config(
        "global\n nbthread 4\n maxconn 1000\n spread-checks 5\n stats socket /run/a mode 660 level \
         admin expose-fd listeners\nglobal\n nbthread 8\n stats socket ipv4@127.0.0.1:9999\n \
         tune.bufsize 16384\n no busy-polling\n",
    );
    let global = &config.global;
    assert_eq!(global.nbthread.map(|set| set.value), Some(8));
    assert_eq!(global.maxconn.map(|set| set.value), Some(1_000));
    assert_eq!(global.spread_checks.map(|set| set.value), Some(5));
    let sockets: Vec<_> = global
        .sockets
        .iter()
        .map(|socket| (socket.address.to_string(), socket.level, socket.mode.as_deref()))
        .collect();
    assert_eq!(
        sockets,
        [
            ("/run/a".to_owned(), Level::Admin, Some("660")),
            ("ipv4@127.0.0.1:9999".to_owned(), Level::Operator, None),
        ]
    );
    assert_eq!(config.told, []);
}

#[test]
fn every_section_is_kept() {
    let config = any_config(
        "resolvers r\n nameserver a 1.1.1.1:53\nuserlist u\n user x password y\ncache c\n \
         total-max-size 4\nring g\n size 1k\nacme le\n directory x\nbrand-new z\n  what ever\n \
         else\nbackend b\n",
    );
    let kinds: Vec<SectionKind> = config.sections.iter().map(|section| section.kind).collect();
    assert_eq!(
        kinds,
        [
            SectionKind::Resolvers,
            SectionKind::Userlist,
            SectionKind::Cache,
            SectionKind::Ring,
            SectionKind::Acme,
            SectionKind::Backend,
        ]
    );
    assert_eq!(config.errors, []);
    assert_eq!(
        config.sections_of(SectionKind::Acme).map(|acme| acme.statements.len()).sum::<usize>(),
        4
    );
}

#[test]
fn a_section_that_is_not_known_is_told_and_kept() {
    let config = any_config("global\n maxconn 1\nudp-lb x\n  balance roundrobin\n  server a h:1\n");
    let last = config.sections.last().map(|last| (last.kind, last.statements.len()));
    assert_eq!(last, Some((SectionKind::Unknown, 2)));
    let told: Vec<Doubt> = config.told.iter().map(|told| told.doubt).collect();
    assert_eq!((told, config.errors.len()), (vec![Doubt::UnknownSection], 0));
}

#[test]
fn listeners_and_routes_are_read() {
    let config = config(
        "frontend f\n bind :80,[::]:81 name x\n bind 10.0.0.1:8000-8010 accept-proxy ssl crt \
         a.pem\n \
         bind /run/f.sock\n bind *:${PORT}\n acl api path_beg /api\n use_backend b1 if api \
         !local\n \
         use_backend b-%[req.hdr(host)]\n default_backend b2\n",
    );
    let proxy = &config.proxies[0];
    let addresses: Vec<String> = proxy
        .binds
        .iter()
        .flat_map(|bind| &bind.addresses)
        .map(|address| address.to_string())
        .collect();
    assert_eq!(addresses, [":80", "[::]:81", "10.0.0.1:8000-8010", "/run/f.sock", "*:8080"]);
    assert!(proxy.binds[1].accept_proxy && proxy.binds[1].ssl);
    assert_eq!(proxy.binds[1].option("crt"), Some("a.pem"));
    let routes: Vec<_> = proxy
        .use_backends
        .iter()
        .map(|rule| (rule.backend.as_ref(), rule.is_dynamic(), rule.condition.is_some()))
        .collect();
    assert_eq!(routes, [("b1", false, true), ("b-%[req.hdr(host)]", true, false)]);
    let default = proxy.settings.default_backend.as_ref().map(|backend| backend.value.as_ref());
    assert_eq!(default, Some("b2"));
}

#[test]
fn doubtful_lines_count_and_are_marked() {
    let config = any_config(".if feature(LUA)\nbackend b\n retries 5\n.endif\n");
    assert_eq!(config.proxies[0].settings.retries.map(|set| set.value), Some(5));
    assert!(config.sections[0].statements[0].is_doubtful);
}

#[test]
fn an_address_behind_a_name_is_of_old_versions() {
    let config = any_config("listen l :80\n server s h:1\n");
    assert_eq!((config.proxies[0].binds.len(), config.errors.len()), (1, 0));
    assert_eq!(config.told[0].doubt, Doubt::Version);
}

#[test]
fn comments_are_there_for_who_looks_for_them() {
    let config = config("backend b\n server s h:1 # evenkeel: fine\n");
    let comment = config.files[0].lines[1].comment().map(|span| config.sources.slice(span));
    assert_eq!(comment, Some("# evenkeel: fine"));
}
