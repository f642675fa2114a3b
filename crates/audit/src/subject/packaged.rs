//! Files that come with nginx and say nothing of where requests go.

use foreign::{Sources, SyntaxError};

/// Types, parameters and character sets, as nginx and Debian's package of it bring them.
const NAMES: [&str; 10] = [
    "mime.types",
    "fastcgi.conf",
    "fastcgi-php.conf",
    "fastcgi_params",
    "proxy_params",
    "scgi_params",
    "uwsgi_params",
    "koi-utf",
    "koi-win",
    "win-utf",
];

/// Whether what is missing is one of these. A configuration in a repository is judged without the
/// machine that has them, and the outcome is the same.
pub(super) fn is_packaged(missing: &SyntaxError, sources: &Sources) -> bool {
    let written = sources.slice(missing.span).trim_matches(['"', '\'']);
    let name = written.rsplit('/').next().unwrap_or(written);
    NAMES.contains(&name)
}
