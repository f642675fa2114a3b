//! What the fuzz targets call: it panics when a property does not hold.

use foreign::logs::Line;
use foreign::route::{HaproxyRoutes, NginxRoutes};

use crate::policy::Policy;
use crate::product::Product;
use crate::subject::{Parsed, read_text};

/// Bytes as a policy: read alike twice, or refused with an error that has a place in the text.
pub fn policy(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split('\n').count();
    match (Policy::parse(&text, "p.toml"), Policy::parse(&text, "p.toml")) {
        (Ok(one), Ok(other)) => assert_eq!(format!("{one:?}"), format!("{other:?}")),
        (Err(problems), Err(again)) => {
            assert_eq!(problems.to_string(), again.to_string());
            assert!(problems.iter().next().is_some(), "refused without a reason");
            assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
        }
        _ => panic!("a policy is valid only sometimes"),
    }
}

/// Bytes as a configuration, of which the rules decide on one request: none takes for ever.
pub fn routes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let line = Line {
        host: Some(b"a.example"),
        method: Some(b"GET"),
        target: Some(b"/a/b%2e?c=d"),
        client: Some([127, 0, 0, 1].into()),
        ..Line::default()
    };
    let names = ["a".to_owned(), "b".to_owned()];
    for product in [Product::Haproxy, Product::Nginx] {
        let Ok(subject) = read_text("x", &text, Some(product)) else { continue };
        match &subject.parsed {
            Parsed::Haproxy(config) => {
                let routes = HaproxyRoutes::new(config, &names, &|_| None);
                routes.decide(&line, |_, _| true).0.doubt.map(|doubt| routes.told(doubt));
            }
            Parsed::Nginx(config) => {
                let routes = NginxRoutes::new(config, subject.sources(), &names);
                routes.decide(&line).doubt.map(|doubt| routes.told(doubt));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    fn each(target: &str, check: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
        let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert!(!files.is_empty(), "{}", folder.display());
        for file in files {
            check(&fs::read(file.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn the_corpus_holds() {
        each("policy", super::policy);
        each("routes", super::routes);
    }
}
