//! Keywords that are known, whether or not their values are looked at.

use crate::haproxy::syntax::Version;

/// Options of servers that stand alone.
const SERVER_FLAGS: &str = "\
    agent-check allow-0rtt backup check check-reuse-pool check-send-proxy check-sni-auto check-ssl \
    check-via-socks4 disabled enabled force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 \
    force-tlsv13 no-agent-check no-backup no-check no-check-reuse-pool no-check-send-proxy \
    no-check-sni-auto no-check-ssl no-force-sslv3 no-force-tlsv10 no-force-tlsv11 no-force-tlsv12 \
    no-force-tlsv13 no-renegotiate no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl \
    no-send-proxy-v2-ssl-cn no-sni-auto no-ssl no-ssl-reuse no-sslv3 no-tfo no-tls-tickets \
    no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 no-verifyhost non-stick renegotiate send-proxy \
    send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn sni-auto ssl ssl-reuse sslv3 stick \
    strict-maxconn tfo tls-tickets tlsv10 tlsv11 tlsv12 tlsv13";

/// Options of servers with a value.
const SERVER_VALUES: &str = "\
    addr agent-addr agent-inter agent-port agent-send alpn ca-file cc check-alpn \
    check-pool-conn-name check-proto check-sni ciphers ciphersuites client-sigalgs cookie crl-file \
    crt curves downinter error-limit fall fastinter guid hash-key healthcheck id idle-ping \
    init-addr init-state inter interface ktls log-bufsize log-proto max-reuse maxconn maxqueue \
    minconn namespace npn observe on-error on-marked-down on-marked-up pool-conn-name \
    pool-low-conn pool-max-conn pool-purge-delay port proto proxy-v2-options quic-cc-algo redir \
    resolve-net resolve-opts resolve-prefer resolvers rise shard sigalgs slowstart sni socks4 \
    source ssl-max-ver ssl-min-ver tcp-md5sig tcp-ut track usesrc verify verifyhost weight ws";

/// Options of listeners that stand alone.
const BIND_FLAGS: &str = "\
    accept-proxy allow-0rtt defer-accept force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 \
    force-tlsv13 generate-certificates no-alpn no-ca-names no-sslv3 no-strict-sni no-tls-tickets \
    no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 prefer-client-ciphers quic-force-retry ssl strict-sni \
    tfo tls-tickets transparent v4v6 v6only";

/// Options of listeners with a value.
const BIND_VALUES: &str = "\
    accept-netscaler-cip alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass \
    ca-verify-file cc ciphers ciphersuites client-sigalgs crl-file crt crt-ignore-err crt-list \
    curves default-crt ecdhe ech expose-fd gid group guid-prefix id idle-ping interface ktls label \
    level maxconn mode mss name namespace nbconn nice npn process proto quic-cc-algo quic-socket \
    severity-output shards sigalgs ssl-max-ver ssl-min-ver tcp-md5sig tcp-ss tcp-ut thread \
    tls-ticket-keys uid user verify";

/// Keywords of proxies that are kept as statements.
const PROXY: &str = "\
    be-unpublished bind-process block capture clitcpka-cnt clitcpka-idle clitcpka-intvl cliexp \
    compression declare description dispatch error-log-format errorfile errorfiles errorloc \
    errorloc302 errorloc303 filter-sequence force-be-switch grace guid http-error \
    http-send-name-header id load-server-state-from-file log log-format log-format-sd log-steps \
    log-tag max-keep-alive-queue max-session-srv-conns monitor monitor-net monitor-uri \
    quic-initial rate-limit redisp redispatch reqadd reqallow reqdel reqdeny reqiallow reqidel \
    reqideny reqipass reqirep reqitarpit reqpass reqrep reqtarpit rspadd rspdel rspdeny rspidel \
    rspideny rspirep rsprep server-state-file-name source srvexp srvtcpka-cnt srvtcpka-idle \
    srvtcpka-intvl ssl-f-use stats transparent unique-id-format unique-id-header use-fcgi-app \
    usesrc";

/// Keywords of proxies and of `global` whose lines are read.
const READ: &str = "\
    no default mode balance hash-type hash-balance-factor cookie dynamic-cookie-key persist \
    retries retry-on maxconn fullconn backlog http-reuse default_backend disabled enabled \
    default-server option timeout clitimeout srvtimeout contimeout email-alert external-check \
    http-check tcp-check server server-template bind acl use_backend use-server stick-table stick \
    force-persist ignore-persist filter http-request http-response http-after-response tcp-request \
    tcp-response redirect nbthread nbproc spread-checks max-spread-checks stats";

/// Keywords of `global` that are kept as statements. Those with a dot are not in the list.
const GLOBAL: &str = "\
    anonkey busy-polling ca-base chroot close-spread-time cluster-secret cpu-affinity cpu-map \
    cpu-policy cpu-set crt-base daemon debug default-path description dns-accept-family \
    expose-deprecated-directives expose-experimental-directives external-check fd-hard-limit \
    force-cfg-parser-pause gid grace group h1-accept-payload-with-any-method h1-case-adjust \
    h1-case-adjust-file h1-do-not-close-on-insecure-transfer-encoding \
    h2-workaround-bogus-websocket-clients hard-stop-after http-err-codes http-fail-codes \
    insecure-fork-wanted insecure-setuid-wanted issuers-chain-path key-base limited-quic localpeer \
    log log-send-hostname log-tag lua-load lua-load-per-thread lua-prepend-path master-worker \
    max-threads-per-group maxcompcpuusage maxcomprate maxconnrate maxpipes maxsessrate maxsslconn \
    maxsslrate maxzlibmem mworker-max-reloads mworker-prog no-memory-trimming no-quic node noepoll \
    noevports nogetaddrinfo nokqueue noktls nopoll noreuseport nosplice numa-cpu-mapping pidfile \
    pp2-never-send-local prealloc-fd presetenv quick-exit quiet resetenv server-state-base \
    server-state-file set-dumpable set-var set-var-fmt setcap setenv shm-stats-file \
    shm-stats-file-max-objects ssl-default-bind-ciphers ssl-default-bind-ciphersuites \
    ssl-default-bind-client-sigalgs ssl-default-bind-curves ssl-default-bind-options \
    ssl-default-bind-sigalgs ssl-default-server-ciphers ssl-default-server-ciphersuites \
    ssl-default-server-client-sigalgs ssl-default-server-curves ssl-default-server-options \
    ssl-default-server-sigalgs ssl-dh-param-file ssl-engine ssl-load-extra-del-ext \
    ssl-load-extra-files ssl-mode-async ssl-passphrase-cmd ssl-propquery ssl-provider \
    ssl-provider-path ssl-security-level ssl-server-verify ssl-skip-self-issued-ca stats-file \
    stress-level strict-limits thread-group thread-groups thread-hard-limit uid ulimit-n unix-bind \
    unsetenv user warn-blocked-traffic-after wurfl-cache-size wurfl-data-file wurfl-engine-mode \
    wurfl-information-list wurfl-information-list-separator wurfl-patch-file \
    wurfl-useragent-priority zero-warning";

/// Keywords of proxies that 2.1 gave up.
const REMOVED: &str = "\
    block cliexp redisp redispatch reqadd reqallow reqdel reqdeny reqiallow reqidel reqideny \
    reqipass reqirep reqitarpit reqpass reqrep reqtarpit rspadd rspdel rspdeny rspidel rspideny \
    rspirep rsprep srvexp";

/// What `no` and `default` may stand in front of.
const NEGATABLE: &str = "\
    busy-polling insecure-fork-wanted log numa-cpu-mapping option set-dumpable strict-limits";

pub(super) fn is_negatable(word: &str) -> bool {
    contains(NEGATABLE, word)
}

/// Whether a version refuses a keyword of proxies that older ones know.
pub(super) fn is_removed(word: &str, version: Version) -> bool {
    version.is_at_least(2, 1) && contains(REMOVED, word)
}

/// A server's option by its name, and whether it has a value.
pub(super) fn server_option(word: &str) -> Option<(&'static str, bool)> {
    let find = |names: &'static str| names.split(' ').find(|name| *name == word);
    let flag = find(SERVER_FLAGS).map(|name| (name, false));
    flag.or_else(|| find(SERVER_VALUES).map(|name| (name, true))).or_else(|| {
        let is_tlv = word.starts_with("set-proxy-v2-tlv-fmt");
        is_tlv.then_some(("set-proxy-v2-tlv-fmt", true))
    })
}

/// Whether an option of a listener has a value; `None`: it is not known.
pub(super) fn bind_takes_value(word: &str) -> Option<bool> {
    match word {
        _ if contains(BIND_FLAGS, word) => Some(false),
        _ if contains(BIND_VALUES, word) => Some(true),
        _ => None,
    }
}

pub(super) fn is_read(word: &str) -> bool {
    contains(READ, word)
}

pub(super) fn is_of_proxy(word: &str) -> bool {
    contains(PROXY, word)
}

pub(super) fn is_of_global(word: &str) -> bool {
    const FAMILIES: [&str; 8] = [
        "tune.",
        "51degrees-",
        "deviceatlas-",
        "httpclient.",
        "ocsp-update.",
        "profiling.",
        "harden.",
        "jwt.",
    ];
    contains(GLOBAL, word)
        || FAMILIES.iter().any(|family| word.starts_with(family))
        || matches!(word, "acme.scheduler" | "debug.counters")
}

fn contains(names: &str, word: &str) -> bool {
    names.split(' ').any(|name| name == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_whole_and_there_once() {
        for names in [SERVER_FLAGS, SERVER_VALUES, BIND_FLAGS, BIND_VALUES, PROXY, READ, GLOBAL] {
            let mut all: Vec<&str> = names.split(' ').collect();
            let before = all.len();
            assert!(all.iter().all(|name| !name.starts_with('-') && !name.ends_with('-')));
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), before, "{names}");
        }
    }

    #[test]
    fn options_of_servers_say_whether_they_have_a_value() {
        assert_eq!(server_option("weight"), Some(("weight", true)));
        assert_eq!(server_option("no-ssl-reuse"), Some(("no-ssl-reuse", false)));
        let tlv = Some(("set-proxy-v2-tlv-fmt", true));
        assert_eq!(server_option("set-proxy-v2-tlv-fmt(0x20)"), tlv);
        assert_eq!((server_option("x"), bind_takes_value("x")), (None, None));
    }
}
