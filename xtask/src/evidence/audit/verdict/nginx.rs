//! `nginx -t -c FILE`; a file that is a part of a configuration is tried inside the rest of one.

use std::path::{Path, PathBuf};

use super::super::collection::Entry;
use super::super::room::Room;
use super::amend::{between, host, member};
use super::settle::{Bench, Verdict, settle};
use crate::fault::Fault;

/// What Debian builds as modules, and most others build in.
const MODULES: [&str; 14] = [
    "ndk_http_module",
    "ngx_stream_module",
    "ngx_mail_module",
    "ngx_http_echo_module",
    "ngx_http_fancyindex_module",
    "ngx_http_geoip_module",
    "ngx_http_headers_more_filter_module",
    "ngx_http_image_filter_module",
    "ngx_http_lua_module",
    "ngx_http_subs_filter_module",
    "ngx_http_upload_progress_module",
    "ngx_http_upstream_fair_module",
    "ngx_http_xslt_filter_module",
    "ngx_stream_geoip_module",
];
const MODULES_FOLDER: &str = "/usr/lib/nginx/modules";

/// What stands around a part, and what behind it.
const AROUND: [(&str, &str); 5] = [
    ("events {} http {", "}"),
    ("events {} stream {", "}"),
    ("events {} http { server {", "}}"),
    ("events {} http { server { location / {", "}}}"),
    ("events {} mail {", "}"),
];

pub(super) fn verdict(entry: &Entry, room: &Room, bench: &Bench<'_>) -> Result<Verdict, Fault> {
    let whole = one(&entry.file, entry, room, bench)?;
    if whole.accepted || !is_part(&whole.words) {
        return Ok(whole);
    }
    let mut refused = whole;
    for (before, after) in AROUND {
        let file = beside(&entry.file);
        let include = format!("{before}\ninclude \"{}\";\n{after}\n", entry.file.display());
        room.write(&file, include.as_bytes())?;
        let verdict = one(&file, entry, room, bench)?;
        if verdict.accepted {
            return Ok(verdict);
        }
        if is_part(&refused.words) {
            refused = verdict;
        }
    }
    Ok(refused)
}

/// Relative names are looked for beside the main file.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".whole");
    name.into()
}

/// Whether it begins with what must stand in something else.
fn is_part(words: &str) -> bool {
    words.contains("directive is not allowed here") || words.contains("no \"events\" section")
}

fn one(file: &Path, entry: &Entry, room: &Room, bench: &Bench<'_>) -> Result<Verdict, Fault> {
    let folder = entry.file.parent().unwrap_or(Path::new("/"));
    let file = file.to_string_lossy();
    let modules: std::cell::RefCell<Vec<&str>> = MODULES.to_vec().into();
    settle(
        || {
            let loaded = modules.borrow().iter().map(load).collect::<String>();
            room.run(folder, &["nginx", "-t", "-g", &loaded, "-c", &file])
        },
        |told| told.code == Some(0),
        |words| {
            let is_loaded = |module: &&str| words.contains(&format!("\"{module}\" is already"));
            let before = modules.borrow().len();
            modules.borrow_mut().retain(|module| !is_loaded(module));
            Ok(modules.borrow().len() < before || amend(words, room, bench)?)
        },
    )
}

fn load(module: &&str) -> String {
    let file = format!("{MODULES_FOLDER}/{module}.so");
    if Path::new(&file).exists() { format!("load_module {file}; ") } else { String::new() }
}

fn amend(words: &str, room: &Room, bench: &Bench<'_>) -> Result<bool, Fault> {
    let mut done = false;
    for line in words.lines().filter(|line| line.contains("[emerg]")) {
        done |= missing(line, room, bench)?;
    }
    Ok(done)
}

fn missing(line: &str, room: &Room, bench: &Bench<'_>) -> Result<bool, Fault> {
    if let Some(found) = between(line, "host not found in ", "\" in ") {
        let name = found.split('"').nth(1).unwrap_or_default();
        return host(room, name.split(':').next().unwrap_or_default());
    }
    if let Some(name) = between(line, "host not found in resolver \"", "\"") {
        return host(room, name);
    }
    for who in ["getpwnam(\"", "getgrnam(\""] {
        if let Some(name) = between(line, who, "\"") {
            return member(room, name);
        }
    }
    let Some(path) = line.split('"').skip(1).step_by(2).find(|word| word.starts_with('/')) else {
        return Ok(false);
    };
    let path = Path::new(path);
    let is_missing = line.contains("No such file") || line.contains("no such file");
    if !is_missing || room.has(path) {
        return Ok(false);
    }
    if line.contains("mkdir()") {
        return room.folder(path);
    }
    if let (true, Some(name)) = (line.contains("dlopen()"), path.file_name()) {
        let Ok(bytes) = std::fs::read(Path::new(MODULES_FOLDER).join(name)) else {
            return Ok(false);
        };
        return room.write(path, &bytes);
    }
    let is_secret = ["certificate", "BIO_new_file", "SSL_CTX", "PEM_", "DH"];
    match is_secret.iter().any(|word| line.contains(word)) {
        true => room.write(path, &bench.pem),
        false => room.write(path, b""),
    }
}
