//! Asks a balancer, in the way of the product whose file is held against it.

use audit::Product;
use config::RunningAt;
use foreign::running::{Fault, Pool, Running, envoy, haproxy, nginx};

use super::http::get;
use super::{own, socket};

/// What runs there.
///
/// # Errors
/// Why it cannot be had, in one line that names the source.
pub(crate) fn ask(source: &RunningAt, product: Product) -> Result<Running, String> {
    let title = product.title();
    let answered = match product {
        Product::Haproxy => haproxy_at(source),
        Product::Envoy => address(source).and_then(|url| envoy_at(&url)),
        Product::Nginx => address(source).and_then(|url| nginx_at(&url)),
        Product::Evenkeel => address(source).and_then(|url| own::at(&url)),
    };
    let running = answered.map_err(|why| format!("{title} at {source} cannot be asked: {why}"))?;
    Ok(Running { source: source.to_string(), ..running })
}

/// All but HAProxy are asked by HTTP.
fn address(source: &RunningAt) -> Result<String, String> {
    match source {
        RunningAt::Http(url) => Ok(url.clone()),
        RunningAt::Tcp(address) => Ok(format!("http://{address}")),
        RunningAt::Unix(_) => Err("it is asked by HTTP: write http://HOST:PORT".to_owned()),
    }
}

fn haproxy_at(source: &RunningAt) -> Result<Running, String> {
    let command = |words: &str| match source {
        RunningAt::Unix(path) => socket::unix(path, words).map_err(|error| error.to_string()),
        RunningAt::Tcp(address) => socket::tcp(address, words).map_err(|error| error.to_string()),
        RunningAt::Http(_) => Err("this is no socket".to_owned()),
    };
    if let RunningAt::Http(url) = source {
        let pools = haproxy::stat(&found(&numbers_of(url))?).map_err(told)?;
        return Ok(Running { pools, ..Running::default() });
    }
    let pools = haproxy::servers_state(&command("show servers state")?).map_err(told)?;
    let (version, uptime_s) = haproxy::info(&command("show info")?);
    Ok(Running { version, uptime_s, pools, ..Running::default() })
}

/// HAProxy has the numbers of its page of statistics behind the page's own path.
fn numbers_of(url: &str) -> String {
    let has_path = url.trim_start_matches("http://").contains('/');
    match (url.contains(";csv"), has_path) {
        (true, _) => url.to_owned(),
        (false, true) => format!("{url};csv"),
        (false, false) => format!("{url}/;csv"),
    }
}

fn envoy_at(url: &str) -> Result<Running, String> {
    let pools = envoy::clusters(&found(&format!("{url}/clusters?format=json"))?).map_err(told)?;
    let (version, uptime_s) = envoy::info(&found(&format!("{url}/server_info"))?).map_err(told)?;
    Ok(Running { version, uptime_s, pools, ..Running::default() })
}

/// Only NGINX Plus has the API.
fn nginx_at(url: &str) -> Result<Running, String> {
    let (base, version) = nginx_base(url)?;
    let base = format!("{base}/{version}");
    let mut pools = nginx::upstreams(&found(&format!("{base}/http/upstreams"))?).map_err(told)?;
    // It may have no `stream` at all.
    if let (200, text) = get(&format!("{base}/stream/upstreams"))? {
        let is_new = |pool: &Pool| pools.iter().all(|known| known.name != pool.name);
        let others: Vec<Pool> =
            nginx::upstreams(&text).map_err(told)?.into_iter().filter(is_new).collect();
        pools.extend(others);
    }
    let version = nginx::info(&found(&format!("{base}/nginx"))?).map_err(told)?;
    Ok(Running { version, pools, ..Running::default() })
}

/// Where the API is, and its newest version.
fn nginx_base(url: &str) -> Result<(String, u64), String> {
    const NONE: &str = "the open source nginx tells nobody what weights are in force; NGINX Plus \
                        does, where `api;` stands in a location";
    let last = url.rsplit_once("/api/").and_then(|(_, last)| last.parse().ok().zip(Some(last)));
    if let Some((version, last)) = last {
        return Ok((url[..url.len() - last.len() - 1].to_owned(), version));
    }
    let base = if url.ends_with("/api") { url.to_owned() } else { format!("{url}/api") };
    match get(&format!("{base}/"))? {
        (200, text) => match nginx::newest(&text) {
            Ok(version) => Ok((base, version)),
            Err(fault) => Err(format!("{fault}; {NONE}")),
        },
        (code, _) => Err(format!("{base}/ answers {code}; {NONE}")),
    }
}

/// A page that has to be there.
pub(super) fn found(url: &str) -> Result<String, String> {
    match get(url)? {
        (200, text) => Ok(text),
        (code, _) => Err(format!("{url} answers {code}")),
    }
}

fn told(fault: Fault) -> String {
    fault.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_behind_the_page() {
        let check = |url: &str, expected: &str| assert_eq!(numbers_of(url), expected);
        check("http://a:1", "http://a:1/;csv");
        check("http://a:1/stats", "http://a:1/stats;csv");
        check("http://a:1/haproxy?stats", "http://a:1/haproxy?stats;csv");
        check("http://a:1/stats;csv", "http://a:1/stats;csv");
    }
}
