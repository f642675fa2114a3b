//! nginx: server names, locations of all kinds, rewrites, and passes with variables.

use std::process::Command;

use super::site::Site;
use super::traffic::Draw;

pub(super) fn nginx(file: &str) -> Command {
    let mut command = Command::new("nginx");
    command.args(["-c", file]);
    command
}

fn check(about: &'static str, http: &str, draw: &Draw) {
    check_of(about, UPSTREAMS, http, draw);
}

fn check_of(about: &'static str, upstreams: &str, http: &str, draw: &Draw) {
    site(about, upstreams, http).agrees(nginx, draw);
}

fn site(about: &'static str, upstreams: &str, http: &str) -> Site {
    Site {
        product: "nginx",
        about,
        file: "nginx.conf",
        text: text(upstreams, http),
        beside: &[],
        servers: &["api-1", "api-2", "shop-1", "shop-2", "shop-3", "assets-1", "old-1"],
        is_named: false,
    }
}

/// One worker, in the foreground; all of its files are in `@folder`.
pub(super) fn text(upstreams: &str, http: &str) -> String {
    let mut paths = String::new();
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        paths += &format!("    {kind}_temp_path @folder/{kind};\n");
    }
    format!(
        "daemon off;\nmaster_process off;\nworker_processes 1;\npid @folder/pid;\n\
         error_log stderr alert;\nevents {{ }}\nhttp {{\n    access_log off;\n{paths}\
         {upstreams}{http}}}\n"
    )
}

const UPSTREAMS: &str = "    upstream api { server @api-1@; server @api-2@ weight=2; }\n    \
                         upstream shop { hash $http_x_user consistent; server @shop-1@; \
                         server @shop-2@; server @shop-3@; }\n    \
                         upstream assets { server @assets-1@; }\n    \
                         upstream old { server @old-1@; }\n";

const DRAW: Draw = Draw {
    hosts: &[
        "shop.example.org",
        "WWW.shop.example.org:8080",
        "api.example.org",
        "deep.api.example.org",
        "www.old.net",
        "x7.test",
        "nobody",
    ],
    targets: &[
        "/",
        "/api",
        "/api/v1?id=#",
        "/api/v1/img/a.png",
        "/static/a.png",
        "/static/secret/a.png",
        "/A.PNG",
        "/exact",
        "/exact/",
        "/a/../api/x",
        "//api//v2",
        "/%61pi/v3",
        "/user/17/cart?old=1",
        "/old/page?x=#",
        "/v#/x",
    ],
    headers: &[
        ("x-beta", &["1", "0", "TWO"]),
        ("cookie", &["lang=de; canary=on", "canary=off"]),
        ("user-agent", &["Mozilla/5.0", "GoogleBot/2"]),
    ],
};

/// Goal: the server of a name and the location of a path. Method: names of all kinds, all signs
/// of locations, locations in locations, a redirect to a folder.
#[test]
fn server_names_and_locations() {
    let http = "    server { listen @listen; \
        server_name shop.example.org .shop.example.org;\n        \
        location / { proxy_pass http://shop; }\n        \
        location = /exact { proxy_pass http://old; }\n        \
        location /api/ { proxy_pass http://api; }\n        \
        location ^~ /static/ { proxy_pass http://assets; \
            location ~ secret { return 403; } }\n        \
        location ~* \\.(png|js)$ { proxy_pass http://assets; }\n        \
        location ~ ^/v[0-9]*[13579]/ { proxy_pass http://old; } }\n    \
        server { listen @listen default_server; \
        server_name api.example.org *.api.example.org;\n        \
        location /api { proxy_pass http://api; \
            location ~ \\.png$ { proxy_pass http://assets; } }\n        \
        location /static { return 404; }\n        \
        location ~ PNG { proxy_pass http://assets; }\n        \
        location = / { proxy_pass http://old; } }\n    \
        server { listen @listen; server_name ~^x\\d+\\.test$ www.old.*; \
        location / { proxy_pass http://old; } }\n";
    check("server names and locations", http, &DRAW);
}

/// Goal: passes to what variables say. Method: maps with expressions and host names, networks,
/// shares of a hash.
#[test]
fn passes_with_variables() {
    let http = "    map $http_x_beta $beta { default shop; 1 api; ~*^t(?<rest>w)o$ assets; }\n    \
        map $host $pool { hostnames; default $beta; .shop.example.org shop; *.api.example.org api; \
        www.old.* old; }\n    \
        map $cookie_canary:$request_method $canary { default 0; on:GET 1; }\n    \
        geo $near { default shop; 127.0.0.0/30 api; 127.0.0.2 assets; }\n    \
        split_clients \"${remote_addr}${http_x_user}${request_uri}\" $share { 0.5% old; 33.3% api; \
        25% assets; * shop; }\n    \
        split_clients $arg_id $some { 50% api; }\n    \
        server { listen @listen;\n        \
        location / { proxy_pass http://$pool; }\n        \
        location /api { proxy_pass http://$share$request_uri; }\n        \
        location /static { proxy_pass http://$near; }\n        \
        location /user { set $target old; if ($canary) { set $target assets; } \
            proxy_pass http://$target; }\n        \
        location /old { proxy_pass http://$some; }\n        \
        location ~ ^/(?<first>v)[0-9] { set $name ${first}s; if ($name = vs) { set $name api; } \
            proxy_pass http://$name; } }\n";
    let draw = Draw { targets: &WITHOUT_OLD, ..DRAW };
    check("passes with variables", http, &draw);
}

const WITH_HIDDEN: [&str; 10] = [
    "/",
    "/api",
    "/api/v1?id=#",
    "/static/a.png",
    "/exact",
    "/user/17/cart?old=1",
    "/old/page?x=#",
    "/v#/x",
    "/hidden/x",
    "/b",
];

const WITHOUT_OLD: [&str; 12] = [
    "/",
    "/api",
    "/api/v1?id=#",
    "/api/v1/img/a.png",
    "/static/a.png",
    "/static/secret/a.png",
    "/exact",
    "//api//v2",
    "/%61pi/v3",
    "/user/17/cart?old=1",
    "/user/x",
    "/v#/x",
];

/// Goal: what rewrites and conditions come to. Method: rewrites of all flags, in a server and in
/// locations, conditions that answer and that pass on.
#[test]
fn rewrites_and_conditions() {
    let http = "    server { listen @listen;\n        \
        if ($http_user_agent ~* bot) { return 403; }\n        \
        rewrite ^/old/(.*)$ /api/$1 last;\n        \
        rewrite ^/v([0-9]+)/(.*)$ /user/$1/$2?v=$1;\n        \
        location / { proxy_pass http://shop; }\n        \
        location /api { if ($request_method = DELETE) { return 405; } \
            if ($http_x_beta) { proxy_pass http://old; } proxy_pass http://api; }\n        \
        location /static { rewrite ^/static/secret/ /denied/x last; \
            rewrite \\.png$ /img/a.png break; proxy_pass http://assets; }\n        \
        location /denied { internal; proxy_pass http://old; }\n        \
        location /user { rewrite ^/user/(\\d)\\d*/(.*)$ /api/$2 last; \
            if ($cookie_canary != on) { rewrite ^ /exact redirect; } \
            proxy_pass http://api; }\n        \
        location = /exact { return 301 https://$host/; } }\n";
    check("rewrites and conditions", http, &DRAW);
}

const HASHED: &str = "    upstream shop { hash $uri; server @shop-1@; server @shop-2@ weight=2; \
                      server @shop-3@; }\n    \
                      upstream api { hash $kind$args consistent; server @api-1@; \
                      server @api-2@ weight=2; }\n    \
                      upstream assets { hash $request_uri; server @assets-1@; }\n    \
                      upstream old { server @old-1@; }\n    \
                      map $uri $kind { ~^/x/(?<first>.) $first; default $uri$http_x_user; }\n";

const PATHS: Draw = Draw {
    hosts: &["shop.example.org"],
    targets: &[
        "/a/./b#",
        "/a/../b#?q=/../x",
        "/../b",
        "/a/%2e%2e/b#",
        "//a//b#",
        "/a//../b#",
        "/a%2Fb#",
        "/%41-#",
        "/%zz",
        "/a%00b",
        "/x/#?q=%20&r",
        "/y/#?q=1",
        "/old/#//y",
        "/caf%c3%a9/%ff#",
        "/a%2f..%2fb#",
        "/a/..",
    ],
    headers: &[],
};

/// Goal: `$uri` in a key is the path that nginx has made of the target, after rewriting. Method:
/// dots, escapes and slashes in paths; a key by a `map`.
#[test]
fn keys_of_paths() {
    let http = "    server { listen @listen;\n        \
        location / { proxy_pass http://shop; }\n        \
        location /old { rewrite ^/old/(.*)$ /new/$1?n=$1 break; proxy_pass http://shop; }\n        \
        location /y { rewrite ^/y/(.*)$ /x/$1?n=$1 break; proxy_pass http://api; }\n        \
        location /x { proxy_pass http://api; } }\n";
    check_of("keys of paths", HASHED, http, &PATHS);
    let http = http.replace("listen @listen;", "listen @listen; merge_slashes off;");
    check_of("keys of paths, slashes kept", HASHED, &http, &PATHS);
}

/// Goal: what was before is told by the rules of the file from before. Method: rewrites and maps in
/// the old file alone, held against what nginx did with it.
#[test]
fn the_file_from_before_is_read_by_its_own_rules() {
    let upstreams = |key: &str| {
        format!(
            "    upstream shop {{ hash {key}; server @shop-1@; server @shop-2@ weight=2; \
             server @shop-3@; }}\n    \
             upstream api {{ server @api-1@; server @api-2@ weight=2; }}\n    \
             upstream assets {{ server @assets-1@; }}\n    \
             upstream old {{ server @old-1@; }}\n"
        )
    };
    let old = "    map $uri $part { ~^/user/(?<first>[^/]+) $first; default $http_x_user; }\n    \
        server { listen @listen;\n        \
        rewrite ^/v([0-9]+)/(.*)$ /user/$1/$2 last;\n        \
        location / { proxy_pass http://shop; }\n        \
        location /api { proxy_pass http://api; }\n        \
        location /static { proxy_pass http://assets; }\n        \
        location = /exact { proxy_pass http://old; } }\n";
    let new = "    server { listen @listen;\n        \
        location / { proxy_pass http://shop; }\n        \
        location /user { proxy_pass http://api; }\n        \
        location /static { proxy_pass http://old; }\n        \
        location = /exact { proxy_pass http://assets; } }\n";
    let after = text(&upstreams("$uri$http_x_user"), new);
    site("before", &upstreams("$part"), old).was_before(nginx, &DRAW, &after);
}

/// Goal: an error leads where its page does, once or again and again. Method: statuses that
/// `return` gives, named locations, paths, pages of the server and of `http`, and one that a
/// location has instead.
#[test]
fn error_pages() {
    let http = "    error_page 404 = @old;\n    server { listen @listen;\n        \
        if ($http_user_agent ~* bot) { return 404; }\n        \
        location / { proxy_pass http://shop; }\n        \
        location @old { proxy_pass http://old; }\n        \
        location @api { if ($request_method = POST) { return 404; } \
            proxy_pass http://api; }\n        \
        location /api { error_page 418 = @api; error_page 405 =200 /exact; \
            if ($http_x_beta = 1) { return 418; } \
            if ($request_method = DELETE) { return 405; } proxy_pass http://api; }\n        \
        location = /exact { if ($request_method != GET) { return 400; } \
            proxy_pass http://assets; }\n        \
        location /static { return 404; }\n        \
        location /user { error_page 410 https://example.org/; return 410; }\n        \
        location /hidden { internal; proxy_pass http://api; }\n        \
        location /old { error_page 403 /hidden/x; return 403; }\n        \
        location ~ ^/v { recursive_error_pages on; error_page 404 = @api; return 404; } }\n    \
        server { listen @listen; server_name api.example.org; error_page 404 /b;\n        \
        location / { return 404 text; } location /api { return 404; } \
        location /static { return 204; } location /b { proxy_pass http://api; } }\n";
    check("error pages", http, &Draw { targets: &WITH_HIDDEN, ..DRAW });
}

/// Goal: who is refused reaches no server, and the page of the refusal is followed. Method:
/// networks, methods and named locations, inherited and not.
#[test]
fn who_is_let_in() {
    let http = "    server { listen @listen; deny 127.0.0.9;\n        \
        location / { proxy_pass http://shop; }\n        \
        location /api { allow 127.0.0.0/30; deny all; error_page 403 = @old; \
            proxy_pass http://api; }\n        \
        location /api/v1 { limit_except GET { allow 127.0.0.2; deny all; } \
            proxy_pass http://api; }\n        \
        location /static { satisfy any; allow 127.0.0.4; deny all; proxy_pass http://assets; \
            location ~ secret { allow all; proxy_pass http://old; } }\n        \
        location /user { deny 127.0.0.3; allow all; if ($http_x_beta) { proxy_pass http://api; } \
            proxy_pass http://old; }\n        \
        location = /exact { deny all; return 302 /; }\n        \
        location /old { deny all; proxy_pass http://old; }\n        \
        location @old { allow all; proxy_pass http://old; } }\n";
    check("who is let in", http, &DRAW);
}

/// Goal: keys of what the listener and the target tell. Method: a key of such variables alone.
#[test]
fn keys_of_the_listener_and_the_query() {
    let upstreams = HASHED.replace("hash $uri;", "hash $scheme$server_port$is_args$args;");
    let http = "    server { listen @listen;\n        \
        location / { proxy_pass http://shop; }\n        \
        location /old { rewrite ^/old/(.*)$ /new/$1?n=$1 break; proxy_pass http://shop; } }\n";
    check_of("keys of the listener and the query", &upstreams, http, &PATHS);
}
