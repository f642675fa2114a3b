//! Slack's incoming webhooks, in the part that Mattermost and Rocket.Chat take too.

use config::Slack;
use serde_json::{Value, json};

use super::deliver::Parcel;
use super::failure::Failure;
use super::http::Http;
use super::secret;
use super::text;

pub(crate) fn deliver(to: &Slack, parcel: &Parcel<'_>, http: &Http) -> Result<(), Failure> {
    let url = secret::read(to.url.as_ref(), to.url_file.as_deref())?;
    http.post(&url, parcel.delivery, &message(parcel))
}

/// The message that a notification posts.
pub(crate) fn message(parcel: &Parcel<'_>) -> Value {
    let headline = escaped(&text::headline(parcel.notice));
    json!({
        "text": headline,
        "attachments": [{
            "color": text::color(&parcel.notice.alarm),
            "fallback": headline,
            "text": escaped(&text::body(parcel.notice, parcel.house)),
            "footer": parcel.delivery,
            "ts": parcel.now as u64,
        }],
    })
}

/// Three characters mean something there: a summary must not call a channel together.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
