//! Lines that have no effect in the proxy where they count.

use super::config::Config;
use super::kind::Mode;
use super::proxy::Proxy;
use crate::haproxy::syntax::{Doubt, Remarks};

/// Tells of them.
pub(super) fn tell(config: &Config, remarks: &mut Remarks) {
    config.backends().filter(|proxy| proxy.mode() != Mode::Http).for_each(|proxy| {
        tell_of(proxy, remarks);
    });
}

fn tell_of(proxy: &Proxy, remarks: &mut Remarks) {
    let settings = &proxy.settings;
    let balance = settings.balance.as_ref().filter(|balance| balance.value.needs_http());
    if let Some(balance) = balance {
        let what = "a hash of requests needs `mode http`: HAProxy takes turns instead";
        remarks.tell(balance.span, Doubt::Misread, what);
    }
    if let Some(cookie) = &settings.cookie {
        let what = "a cookie needs `mode http`, and does nothing here";
        remarks.tell(cookie.span, Doubt::Misread, what);
    }
}
