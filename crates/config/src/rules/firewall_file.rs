//! A firewall's log has an absolute name, and is plain text.

use std::path::Path;

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (firewall, spot) in site.firewalls() {
        if let Some((what, why, hint)) = fault(&firewall.file) {
            let span = spot.key("file").span();
            out.push(Finding::error("firewall-file", span, what).why(why).hint(hint));
        }
    }
}

fn fault(path: &Path) -> Option<(String, &'static str, &'static str)> {
    let name = path.display();
    let packed = ["gz", "bz2", "xz", "zst"].map(std::ffi::OsStr::new);
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        let what = "`file` holds a NUL, which no file name can".to_owned();
        return Some((what, "no such log can be there", "remove `\\u0000`"));
    }
    if !path.is_absolute() {
        let why = "it would be looked for in the working directory, where no firewall writes";
        return Some((format!("`{name}` is no absolute path"), why, "write it from `/` on"));
    }
    if path.extension().is_some_and(|extension| packed.contains(&extension)) {
        let why = "a compressed log is written once and grows no more";
        return Some((format!("`{name}` is compressed"), why, "name the log that is written now"));
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(file: &str, expected: &[&str]) {
        let firewall = format!("[[firewall]]\nfile = \"{file}\"\n[[routes]]");
        testing::check("[[routes]]", &firewall, expected);
    }

    #[test]
    fn a_log_is_named_from_the_root_on() {
        check("/var/log/kern.log", &[]);
        check("kern.log", &["firewall-file"]);
        check("./kern.log", &["firewall-file"]);
        check("", &["firewall-file"]);
        check("/var/log/a\\u0000b", &["firewall-file"]);
    }

    #[test]
    fn a_log_that_is_written_is_not_compressed() {
        check("/var/log/kern.log.2.gz", &["firewall-file"]);
        check("/var/log/gz", &[]);
    }
}
