//! Conditions that are a host, the start of a path, or both.

use foreign::haproxy::model::{Proxy, UseBackend};
use foreign::haproxy::syntax::Word;

use crate::import::text;

/// More alternatives than this are no table of routes.
const WAYS_MAX: usize = 200;

/// Requests that a route of this balancer can tell from others.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    /// Any host where it is empty.
    pub(super) hosts: Vec<String>,
    pub(super) prefix: String,
    pub(super) changed: Vec<String>,
}

/// What a test asks for.
#[derive(Clone, Debug, Default)]
struct Test {
    hosts: Vec<String>,
    prefixes: Vec<String>,
    changed: Vec<String>,
}

/// The ways to a backend; why there are none, where its condition asks for more.
pub(super) fn ways(proxy: &Proxy, rule: &UseBackend) -> Result<Vec<Way>, String> {
    let Some(condition) = &rule.condition else {
        return Ok(vec![Way { prefix: "/".to_owned(), ..Way::default() }]);
    };
    if condition.is_negated {
        return Err("`unless` has no counterpart".to_owned());
    }
    let mut ways = Vec::new();
    let is_or = |word: &Word| matches!(word.text.as_ref(), "or" | "||" | "OR");
    for all in condition.words.split(is_or) {
        let tests = tests(proxy, all)?;
        ways.extend(combined(&tests)?);
        if ways.len() > WAYS_MAX {
            return Err("it has too many alternatives".to_owned());
        }
    }
    Ok(ways)
}

fn tests(proxy: &Proxy, words: &[Word]) -> Result<Vec<Test>, String> {
    let mut tests = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        match word.text.as_ref() {
            "and" | "AND" | "&&" => {}
            "{" => {
                let rest = words.get(at..).unwrap_or(&[]);
                let end = rest.iter().position(|word| word.text.as_ref() == "}");
                let inner = rest.get(..end.unwrap_or(rest.len())).unwrap_or(&[]);
                tests.push(test(inner)?);
                at += inner.len() + 1;
            }
            "TRUE" => {}
            name if name.starts_with('!') => return Err(format!("`{name}` is a negation")),
            name => tests.push(named(proxy, name)?),
        }
    }
    Ok(tests)
}

/// An ACL. Its lines are alternatives, which are one test as long as they ask for one kind.
fn named(proxy: &Proxy, name: &str) -> Result<Test, String> {
    let mut whole = Test::default();
    let mut lines = 0;
    for acl in proxy.acls.iter().filter(|acl| acl.name.as_ref() == name) {
        let line = test(&acl.words)?;
        whole.hosts.extend(line.hosts);
        whole.prefixes.extend(line.prefixes);
        whole.changed.extend(line.changed);
        lines += 1;
    }
    if lines == 0 {
        return Err(format!("`{name}` is no test of a host or path"));
    }
    if !whole.hosts.is_empty() && !whole.prefixes.is_empty() {
        return Err(format!("`{name}` is a host or a path, either of which will do"));
    }
    Ok(whole)
}

fn test(words: &[Word]) -> Result<Test, String> {
    let mut texts = words.iter().map(|word| word.text.as_ref());
    let fetch = texts.next().unwrap_or("").to_ascii_lowercase();
    let (mut patterns, mut how) = (Vec::new(), None);
    while let Some(word) = texts.next() {
        match word {
            "-i" | "--" => {}
            "-m" => how = texts.next(),
            "-f" | "-M" | "-u" => return Err(format!("`{word}` is not followed")),
            _ => patterns.push(word),
        }
    }
    if patterns.is_empty() {
        return Err(format!("`{fetch}` has no patterns"));
    }
    let base = fetch.split(',').next().unwrap_or("");
    let kind = match (base, how) {
        ("hdr(host)" | "req.hdr(host)" | "hdr_dom(host)", None | Some("str")) => "host",
        ("req.fhdr(host)" | "ssl_fc_sni" | "hdr_str(host)", None | Some("str")) => "host",
        ("hdr(host)" | "req.hdr(host)", Some("dom")) => "host",
        ("hdr_end(host)" | "req.hdr_end(host)" | "ssl_fc_sni_end", None) => "end",
        ("hdr(host)" | "req.hdr(host)", Some("end")) => "end",
        ("path_beg" | "url_beg" | "path_dir", None) => "beg",
        ("path" | "url", Some("beg" | "dir")) => "beg",
        ("path", None | Some("str")) => "path",
        _ => return Err(format!("`{fetch}` is no test of a host or of a path's start")),
    };
    let mut test = Test::default();
    if base == "hdr_dom(host)" {
        test.changed.push("`hdr_dom` fits parts of names too; here the whole name".to_owned());
    }
    patterns.into_iter().try_for_each(|pattern| test.take(kind, pattern))?;
    Ok(test)
}

impl Test {
    fn take(&mut self, kind: &str, pattern: &str) -> Result<(), String> {
        let no_host = || format!("`{pattern}` is no host that a route can have");
        match kind {
            "host" => self.hosts.push(text::host(pattern).ok_or_else(no_host)?),
            "end" => {
                let name = text::host(pattern.trim_start_matches('.')).ok_or_else(no_host)?;
                if !pattern.starts_with('.') {
                    self.hosts.push(name.clone());
                }
                self.hosts.push(format!("*.{name}"));
            }
            _ => {
                let no_path = || format!("`{pattern}` is no path that a route can have");
                let prefix = text::prefix(pattern).ok_or_else(no_path)?;
                if kind == "path" {
                    if prefix == "/" {
                        return Err("`/` alone cannot be told from what is below it".to_owned());
                    }
                    self.changed.push(format!("what is below `{prefix}` goes there too"));
                } else if !prefix.ends_with('/') {
                    let what = format!("`{prefix}` is matched on whole segments");
                    self.changed.push(what);
                }
                self.prefixes.push(prefix);
            }
        }
        Ok(())
    }
}

fn combined(tests: &[Test]) -> Result<Vec<Way>, String> {
    let with_hosts: Vec<_> = tests.iter().filter(|test| !test.hosts.is_empty()).collect();
    let with_prefixes: Vec<_> = tests.iter().filter(|test| !test.prefixes.is_empty()).collect();
    if with_hosts.len() > 1 || with_prefixes.len() > 1 {
        return Err("it asks for two hosts or paths at once".to_owned());
    }
    let hosts = with_hosts.first().map_or(Vec::new(), |test| test.hosts.clone());
    let changed: Vec<_> = tests.iter().flat_map(|test| test.changed.clone()).collect();
    let root = vec!["/".to_owned()];
    let prefixes = with_prefixes.first().map_or(root, |test| test.prefixes.clone());
    let way = |prefix: String| Way { hosts: hosts.clone(), prefix, changed: changed.clone() };
    Ok(prefixes.into_iter().map(way).collect())
}
