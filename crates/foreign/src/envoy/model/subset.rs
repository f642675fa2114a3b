//! Balancing within servers of the same labels.

use crate::envoy::yaml::Node;
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

use super::reading::Reading;

/// What `lb_subset_config` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Subset {
    /// The whole message.
    pub span: Span,
    /// What is done when no subset fits: `NO_FALLBACK`, `ANY_ENDPOINT` or `DEFAULT_SUBSET`.
    pub fallback: Setting<String>,
    /// The labels by which there are subsets.
    pub selectors: Vec<Placed<Vec<String>>>,
    /// The labels of the default subset.
    pub default: Vec<(String, String)>,
}

impl Subset {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Subset {
        let selectors = node.list("subset_selectors").iter().map(|selector| {
            let keys = selector.list("keys").iter();
            let keys = keys.filter_map(|key| key.text().map(str::to_owned)).collect();
            Placed::new(keys, selector.span)
        });
        let default = node.field("default_subset").map_or(&[][..], Node::fields).iter();
        let label = |field: &crate::envoy::yaml::Field| {
            Some((field.key.value.clone(), field.value.text()?.to_owned()))
        };
        Subset {
            span: node.span,
            fallback: reading.name(node, "fallback_policy", "NO_FALLBACK"),
            selectors: selectors.collect(),
            default: default.filter_map(label).collect(),
        }
    }
}
