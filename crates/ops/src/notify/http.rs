//! Posts JSON, and reads from the answer whether it arrived.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use serde_json::Value;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::failure::Failure;

const CONNECT: Duration = Duration::from_secs(5);
const ALL: Duration = Duration::from_secs(10);
/// Bytes of an answer that are looked at.
const ANSWER_MAX: u64 = 4096;
/// Characters of an answer that are shown.
const SHOWN_MAX: usize = 200;

/// A client with the machine's trusted certificates.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    agent: ureq::Agent,
}

impl Http {
    pub(crate) fn new() -> Http {
        let found = rustls_native_certs::load_native_certs().certs;
        let roots: Vec<Certificate<'static>> =
            found.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
            .build();
        let agent = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ALL))
            .http_status_as_error(false)
            // A redirected POST arrives as a GET, which tells nobody anything.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent("evenkeel")
            .tls_config(tls)
            .build()
            .into();
        Http { agent }
    }

    /// Posts; `delivery` is the notification's name, by which a receiver knows a repetition.
    pub(crate) fn post(&self, url: &str, delivery: &str, body: &Value) -> Result<(), Failure> {
        let answer = self
            .agent
            .post(url)
            .header("content-type", "application/json")
            .header("idempotency-key", delivery)
            .header("x-evenkeel-delivery", delivery)
            .send(body.to_string());
        let mut answer = answer.map_err(|error| Failure::Later(unreachable(&error)))?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string();
        let text = text.unwrap_or_default();
        match status {
            200..=299 => Ok(()),
            300..=399 => Err(Failure::Later(format!("answered {status}: it is elsewhere"))),
            // A receiver that is being put in place answers so, and one whose token has expired.
            401 | 403 | 404 | 408 | 429 | 500.. => Err(Failure::Later(said(status, &text))),
            _ => Err(Failure::Never(said(status, &text))),
        }
    }
}

/// The client's own words may hold the address, and with it a token.
fn unreachable(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "the host is not known".to_owned(),
        ureq::Error::ConnectionFailed => "the connection failed".to_owned(),
        ureq::Error::Io(error) => format!("the connection failed: {}", error.kind()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "TLS failed".to_owned(),
        ureq::Error::BadUri(_) => "the address is no address".to_owned(),
        _ => "the request failed".to_owned(),
    }
}

fn said(status: u16, text: &str) -> String {
    let words: String = text.chars().filter(|c| !c.is_control()).take(SHOWN_MAX).collect();
    if words.is_empty() {
        format!("answered {status}")
    } else {
        format!("answered {status}: {words}")
    }
}
