//! Whose word nginx takes for the client's address.

use super::scope::Scope;
use crate::placed::Placed;
use crate::setting::Setting;

/// What the realip module was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealIp {
    /// Addresses that are believed; none: the module does nothing.
    pub from: Vec<Placed<String>>,
    /// The header that has the address, or `proxy_protocol`.
    pub header: Setting<String>,
    /// Whether believed addresses in the header are passed over.
    pub recursive: Setting<bool>,
}

impl RealIp {
    pub(super) fn read(scope: &Scope<'_>) -> RealIp {
        let from = scope.all("set_real_ip_from").iter();
        let from = from.filter_map(|directive| directive.args.first());
        let header = scope.last("real_ip_header").and_then(|directive| directive.args.first());
        let recursive = scope.last("real_ip_recursive");
        RealIp {
            from: from.map(|word| Placed::new(word.text.clone(), word.span)).collect(),
            header: match header {
                Some(word) => Setting::written(word.text.clone(), word.span),
                None => Setting::default("X-Real-IP".to_owned()),
            },
            recursive: match recursive {
                Some(directive) => {
                    Setting::written(directive.arg(0) == Some("on"), directive.head())
                }
                None => Setting::default(false),
            },
        }
    }
}
