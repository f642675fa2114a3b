//! nginx on the drill floor: `least_conn`, and failures passed to the next server.

use std::fmt::Write as _;

use super::contender::Site;
use crate::error::Error;

pub(super) fn config(site: &Site<'_>) -> Result<String, Error> {
    if site.script.settings.affinity.is_some() {
        return Err(Error::balancer(
            "nginx has no cookies of its own, and this scenario is sticky".to_owned(),
            "run it with another balancer",
        ));
    }
    let mut upstream = String::new();
    for (index, address) in site.servers.iter().enumerate() {
        let weight = (site.weights[index] * 10.0).round().max(1.0);
        // Writing to a string cannot fail.
        let _ = writeln!(upstream, "    server {address} weight={weight} max_fails=5;");
    }
    let folder = site.folder.display();
    Ok(format!(
        "daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr error;\n\
         events {{ worker_connections 8000; }}\n\
         http {{\n  access_log off;\n  client_body_temp_path {folder}/body;\n  \
         proxy_temp_path {folder}/proxy;\n  fastcgi_temp_path {folder}/fastcgi;\n  \
         uwsgi_temp_path {folder}/uwsgi;\n  scgi_temp_path {folder}/scgi;\n  \
         upstream drill {{\n    least_conn;\n{upstream}    keepalive 512;\n  }}\n  \
         server {{\n    listen {} backlog=4096;\n    location / {{\n      \
         proxy_pass http://drill;\n      proxy_http_version 1.1;\n      \
         proxy_set_header Connection \"\";\n      \
         proxy_next_upstream error timeout http_502 http_503 http_504;\n    }}\n  }}\n}}\n",
        site.listen
    ))
}
