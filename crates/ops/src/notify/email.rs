//! E-mail: one message for each change, in one thread for each alarm.
//!
//! A server that refuses one of several recipients for good takes the message for none. Each gets
//! its own then, so that who has left keeps nobody else from hearing.

use std::time::Duration;

use config::{Email, MailTls};
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, SmtpTransport, Transport};

use super::deliver::Parcel;
use super::failure::Failure;
use super::message;
use super::secret;

/// For each command and its answer.
const LIMIT: Duration = Duration::from_secs(10);

pub(crate) fn deliver(to: &Email, parcel: &Parcel<'_>) -> Result<(), Failure> {
    let bytes = message::bytes(to, parcel);
    let transport = transport(to, parcel)?;
    let sent = send(&transport, &to.from, &to.to, bytes.as_bytes());
    let Err(Failure::Never(why)) = &sent else { return sent };
    if to.to.len() < 2 {
        return sent;
    }
    let mut failures = Vec::new();
    for one in &to.to {
        if let Err(failure) =
            send(&transport, &to.from, std::slice::from_ref(one), bytes.as_bytes())
        {
            tracing::warn!(receiver = parcel.receiver, to = one, "no mail: {}", failure.why());
            failures.push(failure);
        }
    }
    // Who got it must not get it again.
    if failures.len() < to.to.len() {
        return Ok(());
    }
    let later = failures.into_iter().find(|failure| matches!(failure, Failure::Later(_)));
    Err(later.unwrap_or_else(|| Failure::Never(why.clone())))
}

fn send(
    transport: &SmtpTransport,
    from: &str,
    to: &[String],
    message: &[u8],
) -> Result<(), Failure> {
    match transport.send_raw(&envelope(from, to)?, message) {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() && !is_about_login(&error) => {
            Err(Failure::Never(error.to_string()))
        }
        Err(error) => Err(Failure::Later(error.to_string())),
    }
}

/// Whether the server does not take the password, or wants one: it may be being changed.
fn is_about_login(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538))
}

fn envelope(from: &str, to: &[String]) -> Result<Envelope, Failure> {
    let address = |text: &str| {
        let wrong = |_| Failure::Never(format!("`{text}` is no e-mail address"));
        text.parse::<Address>().map_err(wrong)
    };
    let recipients: Result<Vec<Address>, Failure> = to.iter().map(|one| address(one)).collect();
    let envelope = Envelope::new(Some(address(from)?), recipients?);
    envelope.map_err(|error| Failure::Never(error.to_string()))
}

fn transport(to: &Email, parcel: &Parcel<'_>) -> Result<SmtpTransport, Failure> {
    let Some((host, port)) = to.server.rsplit_once(':') else {
        return Err(Failure::Never("`server` has no port".to_owned()));
    };
    let port = port.parse().map_err(|_| Failure::Never("`server` has no port".to_owned()))?;
    let host = host.trim_matches(['[', ']']);
    let parameters =
        || TlsParameters::new(host.to_owned()).map_err(|error| Failure::later(error.to_string()));
    let tls = match to.tls {
        MailTls::Starttls => Tls::Required(parameters()?),
        MailTls::Tls => Tls::Wrapper(parameters()?),
        MailTls::None => Tls::None,
    };
    let mut builder = SmtpTransport::builder_dangerous(host)
        .port(port)
        .tls(tls)
        .hello_name(ClientId::Domain(parcel.house.instance.clone()))
        .timeout(Some(LIMIT));
    if let Some(name) = &to.username {
        let password = secret::read(None, to.password_file.as_deref())?;
        builder = builder.credentials(Credentials::new(name.clone(), password));
    }
    Ok(builder.build())
}
