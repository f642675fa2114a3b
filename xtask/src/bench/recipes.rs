//! The configurations under which everybody runs: the same five servers behind one address.
//!
//! None of them writes a log, checks health or adds headers beyond what it adds on its own.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

/// Default features on: the admin listener, the windows of statistics, one worker.
pub(crate) fn evenkeel(
    listen: SocketAddr,
    admin: SocketAddr,
    servers: &[SocketAddr],
    folder: &Path,
) -> String {
    let state = folder.join("state").display().to_string();
    let mut text = format!(
        "[server]\nworkers = 1\nadmin = \"{admin}\"\nstate_dir = \"{state}\"\n\n\
         [[listeners]]\nname = \"web\"\naddress = \"{listen}\"\n\n\
         [[routes]]\npath_prefix = \"/\"\npool = \"origin\"\n\n[pools.origin]\n"
    );
    for (index, server) in servers.iter().enumerate() {
        let name = index + 1;
        let _ = write!(
            text,
            "\n[[pools.origin.endpoints]]\nname = \"o{name}\"\naddress = \"{server}\"\n"
        );
    }
    text
}

/// The same, and nothing that watches.
pub(crate) fn evenkeel_unwatched(
    listen: SocketAddr,
    admin: SocketAddr,
    servers: &[SocketAddr],
    folder: &Path,
) -> String {
    let text = evenkeel(listen, admin, servers, folder);
    text.replacen("[server]\n", "[server]\nwatch = false\n", 1)
}

/// HAProxy as it comes, with as many connections as the benchmark needs, and sharing those to
/// the servers as everybody else does: by its default a client's first request opens a new one,
/// which costs it half as much again where clients close.
pub(crate) fn haproxy(listen: SocketAddr, servers: &[SocketAddr]) -> String {
    haproxy_with("    maxconn 9000\n", "", listen, servers)
}

/// HAProxy as its manual advises for large bodies. Splicing sets files aside for pipes, one for
/// two connections; it runs with few clients only, so that these fit into the usual limit.
pub(crate) fn haproxy_tuned(listen: SocketAddr, servers: &[SocketAddr]) -> String {
    let global = "    maxconn 2000\n    tune.bufsize 65536\n";
    haproxy_with(global, "    option splice-auto\n", listen, servers)
}

fn haproxy_with(
    global: &str,
    defaults: &str,
    listen: SocketAddr,
    servers: &[SocketAddr],
) -> String {
    let mut text = format!(
        "global\n    nbthread 1\n{global}\
         defaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    \
         timeout server 60s\n    timeout http-keep-alive 60s\n    http-reuse always\n{defaults}\
         frontend web\n    bind {listen}\n    default_backend origin\n\
         backend origin\n"
    );
    for (index, server) in servers.iter().enumerate() {
        let _ = writeln!(text, "    server o{} {server}", index + 1);
    }
    text
}

/// nginx as a proxy that keeps its connections to the servers.
pub(crate) fn nginx(listen: SocketAddr, servers: &[SocketAddr], folder: &Path) -> String {
    let mut upstream = String::new();
    for server in servers {
        let _ = writeln!(upstream, "        server {server};");
    }
    nginx_with(
        folder,
        &format!(
            "    upstream origin {{\n{upstream}        keepalive 2048;\n        \
             keepalive_requests 1000000000;\n    }}\n    \
             server {{\n        listen {listen} backlog=4096;\n        location / {{\n            \
             proxy_pass http://origin;\n            proxy_http_version 1.1;\n            \
             proxy_set_header Connection \"\";\n        }}\n    }}\n"
        ),
    )
}

/// The servers: bodies from memory or the page cache.
pub(crate) fn origin(servers: &[SocketAddr], bodies: &Path, folder: &Path) -> String {
    let mut listen = String::new();
    for server in servers {
        let _ = writeln!(listen, "        listen {server} backlog=4096;");
    }
    let body = "x".repeat(100);
    let headers = [
        "Cache-Control 'private, max-age=0, must-revalidate'",
        "ETag '\"5f1c-9a2b\"'",
        "Vary 'Accept-Encoding, Cookie'",
        "X-Content-Type-Options nosniff",
        "X-Request-Id 0f8b6c1e-52d7-4a0b-9c39-7d1f6f0a2be4",
        "Set-Cookie 'seen=1719830000; Path=/; HttpOnly; SameSite=Lax'",
    ];
    let headers: String =
        headers.iter().map(|header| format!("            add_header {header};\n")).collect();
    nginx_with(
        folder,
        &format!(
            "    server {{\n{listen}        root {};\n        default_type text/html;\n        \
             location = /100 {{ return 200 {body}; }}\n        \
             location = /realistic {{\n{headers}            return 200 {body};\n        }}\n    \
             }}\n",
            bodies.display()
        ),
    )
}

fn nginx_with(folder: &Path, http: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off;\nworker_processes 1;\n\
         pid {folder}/nginx.pid;\nerror_log stderr error;\n\
         events {{\n    worker_connections 18000;\n}}\n\
         http {{\n    access_log off;\n    sendfile on;\n    tcp_nopush on;\n    \
         keepalive_timeout 3600s;\n    keepalive_requests 1000000000;\n    \
         open_file_cache max=16;\n    \
         client_body_temp_path {folder}/body;\n    proxy_temp_path {folder}/proxy;\n    \
         fastcgi_temp_path {folder}/fastcgi;\n    uwsgi_temp_path {folder}/uwsgi;\n    \
         scgi_temp_path {folder}/scgi;\n{http}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_names_its_address_and_all_servers() {
        let listen: SocketAddr = "127.0.0.1:1".parse().unwrap();
        let servers: Vec<SocketAddr> =
            (2..7).map(|port| SocketAddr::from(([127, 0, 0, 1], port))).collect();
        let folder = Path::new("folder");
        for text in [
            evenkeel(listen, "127.0.0.1:9".parse().unwrap(), &servers, folder),
            evenkeel_unwatched(listen, "127.0.0.1:9".parse().unwrap(), &servers, folder),
            haproxy(listen, &servers),
            haproxy_tuned(listen, &servers),
            nginx(listen, &servers, folder),
        ] {
            for address in servers.iter().chain([&listen]) {
                assert!(text.contains(&address.to_string()), "{address} is not in\n{text}");
            }
        }
    }

    #[test]
    fn only_the_tuned_haproxy_is_tuned() {
        let listen: SocketAddr = "127.0.0.1:1".parse().unwrap();
        assert!(!haproxy(listen, &[]).contains("tune."));
        let tuned = haproxy_tuned(listen, &[]);
        assert!(tuned.contains("tune.bufsize 65536") && tuned.contains("option splice-auto"));
    }
}
