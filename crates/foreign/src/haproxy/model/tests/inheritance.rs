//! What proxies have from `defaults`, and what they do not.

use super::reader::{backend, config, line_of};
use crate::haproxy::model::{Algorithm, HttpReuse, Mode};

#[test]
fn the_last_defaults_count_or_the_ones_that_are_named() {
    let config = config(
        "defaults a\n mode http\n retries 1\ndefaults\n retries 2\nbackend x\nbackend y from a\n\
         defaults c from a\n timeout server 1s\nbackend z\ndefaults from c\nbackend w\n",
    );
    let seen: Vec<_> = config
        .backends()
        .map(|proxy| {
            let timeout = proxy.settings.timeout_ms("server").map(|timeout| timeout.value);
            (
                proxy.name.as_ref(),
                proxy.mode(),
                proxy.settings.retries.map(|set| set.value),
                timeout,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("x", Mode::Tcp, Some(2), None),
            ("y", Mode::Http, Some(1), None),
            ("z", Mode::Http, Some(1), Some(1_000)),
            ("w", Mode::Http, Some(1), Some(1_000)),
        ]
    );
    assert_eq!(config.proxies.iter().filter_map(|proxy| proxy.defaults).count(), 6);
}

#[test]
fn settings_are_inherited_by_those_who_can_use_them() {
    let config = config(
        "defaults\n mode http\n balance leastconn\n cookie C insert\n maxconn 5\n fullconn 6\n \
         retries 4\n timeout client 1s\n timeout server 2s\n timeout http-request 3s\n \
         option redispatch\n http-reuse always\n default_backend b\n option httpchk GET /x\n \
         http-check expect status 200\n hash-type consistent\nfrontend f\n bind :1\nbackend b\n",
    );
    let (front, back) = (&config.proxies[1].settings, &config.proxies[2].settings);
    assert_eq!((front.balance.is_some(), back.balance.is_some()), (false, true));
    assert_eq!((front.maxconn.is_some(), back.maxconn.is_some()), (true, false));
    assert_eq!((front.fullconn.is_some(), back.fullconn.is_some()), (false, true));
    assert_eq!((front.default_backend.is_some(), back.default_backend.is_some()), (true, false));
    let timeouts = |name| (front.timeout_ms(name).is_some(), back.timeout_ms(name).is_some());
    assert_eq!(timeouts("client"), (true, false));
    assert_eq!(timeouts("server"), (false, true));
    assert_eq!(timeouts("http-request"), (true, true));
    assert!(front.mode.is_some() && back.cookie.is_some() && back.hash_type.is_some());
    assert_eq!(back.http_reuse.map(|reuse| reuse.value), Some(HttpReuse::Always));
    assert_eq!(back.check_rules().len(), 1);
    assert_eq!(back.retries.map(|set| line_of(&config, set.span)), Some(7));
}

#[test]
fn a_proxy_says_otherwise() {
    let config = config(
        "defaults\n balance source\n option persist\n option http-server-close\n option httpchk\n \
         http-check expect status 200\n disabled\n retries 1\nlisten l\n balance uri\n \
         no option persist\n option http-keep-alive\n option tcp-check\n tcp-check connect\n \
         tcp-check expect string x\n enabled\n default option http-keep-alive\n",
    );
    let settings = &config.proxies[1].settings;
    let balance = settings.balance.as_ref().map(|balance| &balance.value);
    assert!(matches!(balance, Some(Algorithm::Uri { .. })));
    assert!(!settings.has_option("persist") && settings.option("persist").is_some());
    assert!(settings.option("http-server-close").is_none());
    assert!(settings.option("http-keep-alive").is_none());
    assert!(settings.has_option("tcp-check") && !settings.has_option("httpchk"));
    let steps: Vec<&str> = settings.check_rules().iter().map(|rule| rule.value.action()).collect();
    assert_eq!(steps, ["connect", "expect"]);
    assert!(settings.disabled.is_some_and(|disabled| !disabled.value));
}

#[test]
fn rules_of_named_defaults_come_first_and_are_not_copied() {
    let config = config(
        "defaults d\n mode http\n acl a src 1.2.3.4\n http-request deny if a\nbackend b from d\n \
         http-request set-header X y\n",
    );
    let proxy = &config.proxies[1];
    assert_eq!((proxy.acls.len(), proxy.rules.len()), (0, 1));
    let actions: Vec<&str> = config.rules(proxy).map(|rule| rule.action()).collect();
    assert_eq!(actions, ["deny", "set-header"]);
}

#[test]
fn the_rest_of_a_backend_is_there() {
    let proxy = backend(
        "mode tcp\nfullconn 7\nretry-on conn-failure 503\nuse-server s1 if a\nacl a src 1.2.3.4\n\
         email-alert mailers m\nexternal-check command /bin/true\nfilter compression\n\
         tcp-request content accept if a\noption forwardfor except 127.0.0.1",
    );
    let words = proxy.settings.retry_on.clone().map(|words| words.value.len());
    assert_eq!(words, Some(2));
    assert_eq!(proxy.use_servers[0].server.as_ref(), "s1");
    assert_eq!((proxy.acls[0].name.as_ref(), proxy.acls[0].words.len()), ("a", 2));
    assert!(proxy.settings.email_alert("mailers").is_some());
    assert!(proxy.settings.external_check("command").is_some());
    assert_eq!((proxy.filters.len(), proxy.rules[0].keyword()), (1, "tcp-request"));
    let forwarded = proxy.settings.option("forwardfor").map(|said| said.value.arguments.len());
    assert_eq!(forwarded, Some(2));
}
