//! Goal: what comes out is known to the letter, and always a valid configuration. Method: one rich
//! file for each product, held against the expected text as a whole.

use super::import;
use crate::product::Product;
use crate::subject::read_text;

fn check(name: &str, text: &str, product: Product, expected: &str) {
    let made = import(&read_text(name, text, Some(product)).unwrap()).unwrap();
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        let path = format!("src/import/testdata/{name}.toml");
        std::fs::write(path, &made.text).unwrap();
        return;
    }
    assert_eq!(made.text, expected);
    config::parse(&made.text, name).unwrap();
}

#[test]
fn haproxy_is_taken_over() {
    let expected = include_str!("testdata/haproxy.cfg.toml");
    check("haproxy.cfg", include_str!("testdata/haproxy.cfg"), Product::Haproxy, expected);
}

#[test]
fn nginx_is_taken_over() {
    let expected = include_str!("testdata/nginx.conf.toml");
    check("nginx.conf", include_str!("testdata/nginx.conf"), Product::Nginx, expected);
}

#[test]
fn envoy_is_taken_over() {
    let expected = include_str!("testdata/envoy.yaml.toml");
    check("envoy.yaml", include_str!("testdata/envoy.yaml"), Product::Envoy, expected);
}

/// Goal: pools that requests come to by what they are stay, and what they are spread by is told.
/// Method: shares of clients, and a map with a place that nobody knows.
#[test]
fn passes_to_what_a_variable_says_keep_their_pools() {
    let text = "http {\n split_clients $remote_addr $v { 20% canary; * app; }\n \
                map $http_x $m { default app; a beta; b $http_y; }\n \
                upstream app { server 10.0.0.1:80; }\n upstream canary { server 10.0.1.1:80; }\n \
                upstream beta { server 10.0.2.1:80; }\n server { listen 80;\n  \
                location / { proxy_pass http://$v; }\n  \
                location /m { proxy_pass http://$m; }\n }\n}\n";
    let made = import(&read_text("n.conf", text, Some(Product::Nginx)).unwrap()).unwrap();
    let own = config::parse(&made.text, "own.toml").unwrap();
    let pools: Vec<&str> = own.pools.keys().map(String::as_str).collect();
    assert_eq!(pools, ["app", "beta", "canary"], "{}", made.text);
    let routes = own.routes.iter().map(|it| (it.path_prefix.as_str(), it.pool.as_str()));
    assert_eq!(routes.collect::<Vec<_>>(), [("/", "app"), ("/m", "app")], "{}", made.text);
    for told in ["`http://$v` may lead elsewhere: all of it goes to `app`", "`http://$m` may lead"]
    {
        assert!(made.text.contains(told), "{}", made.text);
    }
}

#[test]
fn why_there_is_nothing_is_said() {
    let text = "listen db\n mode tcp\n bind :5432\n server a 10.0.0.1:5432\n";
    let nothing = import(&read_text("h.cfg", text, Some(Product::Haproxy)).unwrap()).unwrap_err();
    assert!(nothing.why.starts_with("there is nothing to write"), "{nothing}");
    assert_eq!(
        nothing.lost,
        ["h.cfg:1: lost: `db` does not speak HTTP, the only protocol balanced here"]
    );
}

/// Goal: what comes out can serve: no error is left that would keep `serve` from starting. Method:
/// weights as people write them.
#[test]
fn weights_of_the_old_file_are_allowed() {
    let text = "defaults\n  mode http\n  timeout connect 5s\n  timeout client 9s\n  \
        timeout server 9s\nfrontend f\n  bind :80\n  default_backend b\nbackend b\n  \
        balance roundrobin\n  server s1 10.0.0.1:80 check weight 1\n  \
        server s2 10.0.0.2:80 check weight 3\n  server s3 10.0.0.3:80 check weight 2\n";
    let subject = crate::read_text("haproxy.cfg", text, None).unwrap();
    let made = super::import(&subject).unwrap().text;
    assert!(made.starts_with("# evenkeel: allow EKW201 -- "), "{made}");
    let own = crate::read_text("own.toml", &made, None).unwrap();
    let audit = crate::judge(&crate::Case::of(&own), crate::Day::FIRST);
    assert_eq!(audit.count(crate::Severity::Error), 0, "{:?}", audit.findings);
}

/// Goal: an import allows nothing that is wrong in the old file itself. Method: equal servers, of
/// which two are ordered to take 80 %.
#[test]
fn weights_that_are_wrong_in_the_old_file_are_allowed_by_nobody() {
    let servers = [100, 100, 17, 17, 17].iter().zip(1..).map(|(weight, n)| {
        format!("  server s{n} 10.0.0.{n}:80 check maxconn 100 weight {weight}\n")
    });
    let text = "defaults\n  mode http\n  timeout connect 5s\n  timeout client 9s\n  \
        timeout server 9s\nfrontend f\n  bind :80\n  default_backend b\nbackend b\n";
    let text = servers.fold(text.to_owned(), |text, server| text + &server);
    let subject = crate::read_text("haproxy.cfg", &text, None).unwrap();
    let made = super::import(&subject).unwrap().text;
    let own = crate::read_text("own.toml", &made, None).unwrap();
    let audit = crate::judge(&crate::Case::of(&own), crate::Day::FIRST);
    let errors: Vec<&str> = audit.findings.iter().map(|finding| finding.rule.id).collect();
    assert!(errors.contains(&"EKW201"), "{errors:?}\n{made}");
}
