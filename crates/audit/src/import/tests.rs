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
