//! Runs the command, and servers that it needs.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use drill::Bytes;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use ureq::http::Response;

use crate::support::{Folder, evenkeel};

/// What the command said.
pub(super) struct Loaded {
    pub(super) code: Option<i32>,
    pub(super) json: Value,
    pub(super) told: String,
}

/// Runs `evenkeel load URL … --format json`.
pub(super) fn load(url: &str, args: &[&str]) -> Loaded {
    load_in(Folder::new().path(), url, args)
}

/// The same in a folder.
pub(super) fn load_in(folder: &Path, url: &str, args: &[&str]) -> Loaded {
    let all = [&["load", url], args, &["--format", "json"]].concat();
    let output = evenkeel(folder, &all);
    let text = String::from_utf8(output.stdout).expect("text");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_str(text.lines().last().unwrap_or_default());
    let json = json.unwrap_or_else(|_| panic!("no object: {text} {told}"));
    Loaded { code: output.status.code(), json, told }
}

impl Loaded {
    pub(super) fn number(&self, path: &str) -> f64 {
        let value = self.json.pointer(path).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("no {path} in {}", self.json))
    }

    /// Every request was answered well. A busy machine may have been too late with some.
    pub(super) fn went_well(&self) {
        assert!(matches!(self.code, Some(0 | 3)), "{:?} {} {}", self.code, self.json, self.told);
        assert_eq!(self.json["errors"], 0, "{}", self.json);
        assert!(self.number("/requests") > 0.0, "{}", self.json);
    }
}

/// A server that hands every connection to `serve`, in a thread of its own each.
pub(super) fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

/// A server of both protocols, with TLS or without.
pub(super) struct Modern {
    pub(super) address: SocketAddr,
    pub(super) connections: Arc<AtomicUsize>,
    /// Its authority's certificate, as PEM.
    pub(super) authority: String,
}

/// How it serves.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub(super) tls: bool,
    pub(super) http2: bool,
    /// Requests at once on a connection.
    pub(super) streams: u32,
    pub(super) service: Duration,
    /// HTTP/2 connections are ended in good order after so many requests.
    pub(super) lifetime: usize,
}

impl Modern {
    pub(super) fn start(manner: Manner) -> Modern {
        let (authority, config) = certified(manner.http2);
        let acceptor = manner.tls.then(|| TlsAcceptor::from(Arc::new(config)));
        let connections = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("for the runtime");
        let address = listener.local_addr().expect("its address");
        let count = Arc::clone(&connections);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                while let Ok((stream, _)) = listener.accept().await {
                    count.fetch_add(1, Ordering::SeqCst);
                    let acceptor = acceptor.clone();
                    tokio::spawn(async move {
                        match acceptor {
                            None => serve(stream, manner).await,
                            // Clients that do not trust it hang up here.
                            Some(acceptor) => match acceptor.accept(stream).await {
                                Ok(stream) => serve(stream, manner).await,
                                Err(_) => None,
                            },
                        }
                    });
                }
            });
        });
        Modern { address, connections, authority }
    }
}

/// An authority's certificate, and a server's that it signed for 127.0.0.1.
fn certified(http2: bool) -> (String, ServerConfig) {
    let authority_key = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).expect("parameters");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).expect("an authority");
    let issuer = rcgen::Issuer::new(params, authority_key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a configuration");
    // Without HTTP/2 it knows no ALPN, as old servers do.
    if http2 {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    (authority.pem(), config)
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, manner: Manner) -> Option<()> {
    match manner.http2 {
        true => serve_http2(stream, manner).await,
        false => serve_http1(stream, manner).await,
    }
}

async fn serve_http1<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    manner: Manner,
) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        tokio::time::sleep(manner.service).await;
        let answer = b"HTTP/1.1 200 OK\r\nx-origin: old\r\ncontent-length: 2\r\n\r\nok";
        stream.write_all(answer).await.ok()?;
        stream.flush().await.ok()?;
    }
}

async fn serve_http2<S: AsyncRead + AsyncWrite + Unpin>(stream: S, manner: Manner) -> Option<()> {
    let mut builder = h2::server::Builder::new();
    builder.max_concurrent_streams(manner.streams);
    let mut connection = builder.handshake::<_, Bytes>(stream).await.ok()?;
    let mut accepted = 0;
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        accepted += 1;
        if accepted == manner.lifetime {
            connection.graceful_shutdown();
        }
        tokio::spawn(async move {
            let mut body = request.into_body();
            let mut length = 0;
            while let Some(Ok(data)) = body.data().await {
                length += data.len();
                body.flow_control().release_capacity(data.len()).ok()?;
            }
            tokio::time::sleep(manner.service).await;
            let response = Response::builder().header("x-origin", "new").body(()).ok()?;
            let mut stream = respond.send_response(response, false).ok()?;
            stream.send_data(Bytes::from(format!("{length:>60000}")), true).ok()
        });
    }
    None
}
