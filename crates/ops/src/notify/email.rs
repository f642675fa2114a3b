//! E-mail: one message for each change, in one thread for each alarm.

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
    let envelope = envelope(to)?;
    match transport(to, parcel)?.send_raw(&envelope, message::bytes(to, parcel).as_bytes()) {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() => Err(Failure::Never(error.to_string())),
        Err(error) => Err(Failure::Later(error.to_string())),
    }
}

fn envelope(to: &Email) -> Result<Envelope, Failure> {
    let address = |text: &String| {
        let wrong = |_| Failure::Never(format!("`{text}` is no e-mail address"));
        text.parse::<Address>().map_err(wrong)
    };
    let recipients: Result<Vec<Address>, Failure> = to.to.iter().map(address).collect();
    let envelope = Envelope::new(Some(address(&to.from)?), recipients?);
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
