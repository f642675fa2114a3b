//! What rules look at: the settings, and where each of them stands in the file.

use std::ops::Range;

use crate::settings::{
    AlarmRoute, AuditTarget, Endpoint, Firewall, Listener, Pool, Receiver, Route, Settings,
};
use crate::tree::{Content, Node};

pub(super) struct Site<'a> {
    pub(super) settings: &'a Settings,
    root: Spot<'a>,
}

/// A place in the file. A key that was not written has the place of what it would stand in.
#[derive(Clone)]
pub(super) struct Spot<'a> {
    node: Option<&'a Node>,
    key_span: Option<Range<usize>>,
    span: Range<usize>,
    whole: bool,
}

impl<'a> Site<'a> {
    pub(super) fn new(settings: &'a Settings, tree: &'a Node) -> Self {
        Self { settings, root: Spot::of(tree, None) }
    }

    pub(super) fn spot(&self, key: &str) -> Spot<'a> {
        self.root.key(key)
    }

    pub(super) fn listeners(&self) -> Vec<(&'a Listener, Spot<'a>)> {
        self.root.key("listeners").items(&self.settings.listeners)
    }

    pub(super) fn firewalls(&self) -> Vec<(&'a Firewall, Spot<'a>)> {
        self.root.key("firewall").items(&self.settings.firewall)
    }

    pub(super) fn routes(&self) -> Vec<(&'a Route, Spot<'a>)> {
        self.root.key("routes").items(&self.settings.routes)
    }

    pub(super) fn receivers(&self) -> Vec<(&'a Receiver, Spot<'a>)> {
        self.root.key("alarms").key("receivers").items(&self.settings.alarms.receivers)
    }

    pub(super) fn alarm_routes(&self) -> Vec<(&'a AlarmRoute, Spot<'a>)> {
        self.root.key("alarms").key("routes").items(&self.settings.alarms.routes)
    }

    pub(super) fn audit_targets(&self) -> Vec<(&'a AuditTarget, Spot<'a>)> {
        self.root.key("audit").key("targets").items(&self.settings.audit.targets)
    }

    pub(super) fn pools(&self) -> Vec<(&'a str, &'a Pool, Spot<'a>)> {
        let pools = self.root.key("pools");
        let pool = |(name, pool): (&'a String, &'a Pool)| (name.as_str(), pool, pools.key(name));
        self.settings.pools.iter().map(pool).collect()
    }

    pub(super) fn endpoints(pool: &'a Pool, spot: &Spot<'a>) -> Vec<(&'a Endpoint, Spot<'a>)> {
        spot.key("endpoints").items(&pool.endpoints)
    }
}

impl<'a> Spot<'a> {
    fn of(node: &'a Node, key_span: Option<Range<usize>>) -> Self {
        Self { node: Some(node), key_span, span: node.span.clone(), whole: node.is_whole() }
    }

    /// Where a key of this table stands.
    pub(super) fn key(&self, key: &str) -> Self {
        if let Some(field) = self.node.and_then(|node| node.field(key)) {
            return Self::of(&field.node, Some(field.key_span.clone()));
        }
        let lost = match self.node.map(|node| &node.content) {
            Some(Content::Table(fields)) => fields.lost.iter().any(|name| name == key),
            _ => false,
        };
        Self { node: None, key_span: None, span: self.span(), whole: !lost }
    }

    /// A list's values with their places; `values` must have been read from here.
    pub(super) fn items<T>(&self, values: &'a [T]) -> Vec<(&'a T, Self)> {
        let Some(Content::List(items)) = self.node.map(|node| &node.content) else {
            return Vec::new();
        };
        values.iter().zip(items.list.iter().map(|node| Self::of(node, None))).collect()
    }

    /// The bytes to underline: a value, a table's header, or its key.
    pub(super) fn span(&self) -> Range<usize> {
        match (self.node.map(|node| &node.content), &self.key_span) {
            (Some(Content::Table(_) | Content::List(_)), Some(key)) => key.clone(),
            _ => self.span.clone(),
        }
    }

    /// The bytes of the key, for rules about a key that should not be there.
    pub(super) fn key_span(&self) -> Range<usize> {
        self.key_span.clone().unwrap_or_else(|| self.span.clone())
    }

    /// Whether all that was written here could be used. A rule that judges absence, or one
    /// value by another, must stay silent where something is missing for another reason.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether it was written.
    pub(super) fn is_written(&self) -> bool {
        self.node.is_some()
    }
}
