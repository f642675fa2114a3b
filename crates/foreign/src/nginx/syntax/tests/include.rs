//! Files that include files.

use std::path::Path;

use super::show::{shown, told};
use crate::nginx::syntax::{Disk, Files, Kept, read};
use crate::source::Sources;

fn check(files: &Kept, expected: &str, errors: &[&str]) {
    let mut sources = Sources::default();
    let tree = read("/etc/nginx/nginx.conf", None, files, &mut sources);
    assert_eq!(shown(&tree, &sources), expected);
    assert_eq!(told(&tree, &sources), errors);
}

#[test]
fn what_is_included_stands_in_its_place() {
    let files = Kept::default()
        .with("/etc/nginx/nginx.conf", "a { include d/*.conf; include /b/x; } include none/*;")
        .with("/etc/nginx/d/2.conf", "two;")
        .with("/etc/nginx/d/1.conf", "one { include d/x; }")
        .with("/etc/nginx/d/x", "x;")
        .with("/b/x", "include /etc/nginx/d/x;");
    check(&files, "[a]{[one]{[x]} [two] [x]}", &[]);
}

#[test]
fn what_is_missing_is_told_and_the_rest_is_read() {
    let files = Kept::default()
        .with("/etc/nginx/nginx.conf", "a;\ninclude mime.types;\ninclude c;\nb;")
        .with("/etc/nginx/c", "c; include nginx.conf;");
    check(
        &files,
        "[a] [c] [b]",
        &[
            "/etc/nginx/c:1:12: `/etc/nginx/nginx.conf` includes itself, over 2 files: expected an \
             end to the circle",
            "/etc/nginx/nginx.conf:2:9: cannot include `/etc/nginx/mime.types`: no such file: \
             expected a file that can be read",
        ],
    );
    check(&Kept::default(), "", &["/etc/nginx/nginx.conf:1:1: cannot read it: no such file"]);
}

/// Goal: what has no end is not read. Method: a device that has none.
#[test]
fn a_device_is_not_read() {
    assert_eq!(Disk::default().bytes("/dev/zero"), Err("larger than 64 MiB".to_owned()));
}

#[test]
fn a_long_chain_ends() {
    let mut files = Kept::default().with("/etc/nginx/nginx.conf", "include 0;");
    for step in 0..40 {
        files = files.with(&format!("/etc/nginx/{step}"), format!("include {};", step + 1));
    }
    check(&files, "", &["/etc/nginx/30:1:9: more than 32 files include each other in a row"]);
}

/// Each file includes the next one twice: read once, and the reading of the tree has a limit.
#[test]
fn includes_that_multiply_are_limited() {
    let mut files = Kept::default().with("/etc/nginx/nginx.conf", "include 0; include 0;");
    for step in 0..29 {
        let text = format!("include {0}; include {0};", step + 1);
        files = files.with(&format!("/etc/nginx/{step}"), text);
    }
    files = files.with("/etc/nginx/29", "a;");
    let mut sources = Sources::default();
    let tree = read("/etc/nginx/nginx.conf", None, &files, &mut sources);
    assert_eq!(tree.files.len(), 31);
    let level = crate::nginx::syntax::Level::new(&tree);
    assert!(level.top().len() < 2_000_000 && level.is_exhausted());
}

#[test]
fn a_disk_is_read_where_it_was_moved_to() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("d")).unwrap();
    for name in ["b.conf", "a.conf", ".c.conf"] {
        std::fs::write(folder.path().join("d").join(name), name).unwrap();
    }
    let disk = Disk::default().moved("/etc/nginx", folder.path());
    let found = disk.matching("/etc/nginx/d/*.conf").unwrap();
    assert_eq!(found, ["/etc/nginx/d/a.conf", "/etc/nginx/d/b.conf"]);
    assert_eq!(disk.bytes(&found[0]).unwrap(), b"a.conf");
    assert!(disk.bytes("/etc/nginx/d/none").is_err());
    let here = format!("{}/*/a.conf", folder.path().display());
    let found = Disk::default().matching(&here).unwrap();
    assert_eq!(found, [folder.path().join("d/a.conf").display().to_string()]);
    assert!(Path::new(&found[0]).exists());
}
