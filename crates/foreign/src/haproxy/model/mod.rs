//! What a configuration means: sections, proxies and servers, each value with its deciding line.

mod address;
mod args;
mod balance;
mod bind;
mod build;
mod check;
mod config;
mod cookie;
mod files;
mod global;
mod hash;
mod idle;
mod kind;
mod known;
mod modifier;
mod options;
mod peers;
mod proxy;
mod proxy_line;
mod read;
mod rules;
mod server;
mod server_check;
mod server_line;
mod server_words;
mod settings;
mod settings_line;
mod stick;
mod template;
mod values;

#[cfg(test)]
mod tests;

pub use address::{Address, Port};
pub use balance::Algorithm;
pub use bind::Bind;
pub use check::CheckRule;
pub use config::{Config, Section, Statement};
pub use cookie::{Cookie, CookieMode};
pub use global::{Global, Level, StatsSocket};
pub use hash::{HashFunction, HashMethod, HashType};
pub use kind::{Mode, ProxyKind};
pub use modifier::Modifier;
pub use options::OptionSetting;
pub use peers::{Peer, Peers};
pub use proxy::Proxy;
pub use read::{Unreadable, read, read_texts};
pub use rules::{Acl, Condition, PersistRule, Rule, UseBackend, UseServer};
pub use server::{Server, ServerSettings};
pub use settings::{HttpReuse, Settings};
pub use stick::{StickAction, StickRule, StickTable, TableType};
