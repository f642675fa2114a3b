//! Kinds of sections, by the word that begins them.

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// The process.
    Global,
    /// What the proxies behind it start from.
    Defaults,
    /// Listeners and the choice of a backend.
    Frontend,
    /// Servers and the choice among them.
    Backend,
    /// A frontend and a backend in one.
    Listen,
    /// Processes that share stick tables.
    Peers,
    /// Name servers.
    Resolvers,
    /// Mail servers for alerts.
    Mailers,
    /// Users and groups.
    Userlist,
    /// A cache of responses.
    Cache,
    /// A program that HAProxy runs beside itself, up to 3.2.
    Program,
    /// A buffer of events.
    Ring,
    /// A receiver of logs.
    LogForward,
    /// Pages for errors.
    HttpErrors,
    /// An application that speaks FastCGI.
    FcgiApp,
    /// Certificates by name.
    CrtStore,
    /// What is traced.
    Traces,
    /// How logs look.
    LogProfile,
    /// Where certificates come from.
    Acme,
    /// How servers are checked.
    Healthcheck,
    /// Network namespaces.
    NamespaceList,
    /// A section that is not known here; its first word says which.
    Unknown,
}

/// The words that begin sections.
const WORDS: [(&str, SectionKind); 21] = [
    ("global", SectionKind::Global),
    ("defaults", SectionKind::Defaults),
    ("frontend", SectionKind::Frontend),
    ("backend", SectionKind::Backend),
    ("listen", SectionKind::Listen),
    ("peers", SectionKind::Peers),
    ("resolvers", SectionKind::Resolvers),
    ("mailers", SectionKind::Mailers),
    ("userlist", SectionKind::Userlist),
    ("cache", SectionKind::Cache),
    ("program", SectionKind::Program),
    ("ring", SectionKind::Ring),
    ("log-forward", SectionKind::LogForward),
    ("http-errors", SectionKind::HttpErrors),
    ("fcgi-app", SectionKind::FcgiApp),
    ("crt-store", SectionKind::CrtStore),
    ("traces", SectionKind::Traces),
    ("log-profile", SectionKind::LogProfile),
    ("acme", SectionKind::Acme),
    ("healthcheck", SectionKind::Healthcheck),
    ("namespace_list", SectionKind::NamespaceList),
];

impl SectionKind {
    /// The kind that a word begins. It begins it wherever a line starts with it.
    pub fn of(word: &str) -> Option<SectionKind> {
        WORDS.iter().find(|(known, _)| *known == word).map(|&(_, kind)| kind)
    }
}
