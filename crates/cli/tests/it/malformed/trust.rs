//! What a client says about itself, and what only the balancer may say.

use super::stand::{Stand, arrives};

/// Each of these fields, sent by a client that nobody vouches for, is taken out.
#[test]
fn fields_that_servers_trust_are_not_the_clients() {
    let stand = Stand::new("");
    for name in [
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-Port",
        "X-Forwarded-Server",
        "X-Forwarded-Prefix",
        "X-Forwarded-Scheme",
        "X-Forwarded-Ssl",
        "X-Forwarded-By",
        "Forwarded",
        "X-Real-IP",
        "X-Previous-Endpoint",
        "X-Evenkeel-Error",
        "X-Evenkeel-Anything",
        "x-FORWARDED-for",
        "x-real-ip",
        "X_Forwarded_For",
        "X-Forwarded_For",
        "X_Forwarded-For",
        "X_Forwarded_Proto",
        "X_Forwarded_Host",
        "X_Forwarded_Port",
        "X_Forwarded_Prefix",
        "X_Real_IP",
        "X-Real_IP",
        "X_Previous_Endpoint",
        "X_Evenkeel_Error",
        "Content_Length",
        "Transfer_Encoding",
        "transfer_encoding",
        "Keep_Alive",
        "Proxy_Connection",
    ] {
        let sent = format!("GET / HTTP/1.1\r\nHost: test\r\n{name}: 6.6.6.6\r\nX: a\r\n\r\n");
        stand.clean(&[("a field that servers trust", &sent, arrives("GET /", "X: a\r\n"))]);
    }
}

#[test]
fn other_fields_with_underscores_pass() {
    let stand = Stand::new("");
    for name in ["x_custom", "X_Forward", "session_id", "_", "Accept_Language"] {
        let sent = format!("GET / HTTP/1.1\r\nHost: test\r\n{name}: a\r\n\r\n");
        stand.clean(&[("an innocent field", &sent, arrives("GET /", &format!("{name}: a\r\n")))]);
    }
}

#[test]
fn several_of_them_are_all_taken_out() {
    let sent = "GET / HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6\r\nHost: test\r\n\
                X-Forwarded-For: 7.7.7.7, 8.8.8.8\r\nX_Forwarded_For: 9.9.9.9\r\n\
                Forwarded: for=6.6.6.6;host=other\r\nX-Real-IP: 6.6.6.6\r\n\
                X-Forwarded-Host: other\r\nX-Forwarded-Proto: https\r\n\r\n";
    Stand::new("").clean(&[("all at once", sent, arrives("GET /", ""))]);
}
