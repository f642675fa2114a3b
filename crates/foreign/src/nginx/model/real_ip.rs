//! Whose word nginx takes for the client's address.

use std::collections::HashMap;
use std::sync::Arc;

use super::scope::Scope;
use crate::nginx::syntax::Directive;
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

/// What was read before: lists of addresses are long, and many blocks inherit the same one.
#[derive(Default)]
pub(super) struct RealIps(HashMap<[usize; 3], Arc<RealIp>>);

impl RealIps {
    /// What is in force in a block.
    pub(super) fn read(&mut self, scope: &Scope<'_>) -> Arc<RealIp> {
        let from = scope.all("set_real_ip_from");
        let header = scope.last("real_ip_header");
        let recursive = scope.last("real_ip_recursive");
        let at = |directive: Option<&&Directive>| {
            directive.map_or(0, |directive| std::ptr::from_ref(*directive).addr())
        };
        // The last directive of a level tells the level.
        let key = [at(from.last()), at(header.as_ref()), at(recursive.as_ref())];
        let read = || Arc::new(RealIp::read(from, header, recursive));
        Arc::clone(self.0.entry(key).or_insert_with(read))
    }
}

impl RealIp {
    fn read(
        from: &[&Directive],
        header: Option<&Directive>,
        recursive: Option<&Directive>,
    ) -> RealIp {
        let from = from.iter().filter_map(|directive| directive.args.first());
        let header = header.and_then(|directive| directive.args.first());
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
