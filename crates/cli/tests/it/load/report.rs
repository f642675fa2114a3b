//! The page: whole in itself, whatever servers call themselves.

use crate::support::{Folder, Origin, Reply, evenkeel};

/// Goal: a page that fetches nothing, runs nothing and hides nothing. Method: an origin whose
/// name is a script, a page written to a file, and a text on stdout.
#[test]
fn the_page_needs_nothing_else() {
    let origin = Origin::start(|_| {
        let name = "x-origin: <script>alert(1)</script>\x1b[2J";
        Reply::Send(format!("HTTP/1.1 200 OK\r\n{name}\r\ncontent-length: 0\r\n\r\n").into())
    });
    let plain = Origin::start(|_| {
        let name = "x-origin: <script src=x>";
        Reply::Send(format!("HTTP/1.1 200 OK\r\n{name}\r\ncontent-length: 0\r\n\r\n").into())
    });
    let folder = Folder::new();
    for (origin, shown) in [(&origin, None), (&plain, Some("&lt;script src=x&gt;"))] {
        let url = format!("http://{}/?a=<b>", origin.address);
        let url = url.replace('<', "%3C").replace('>', "%3E");
        let args = [
            "load",
            &url,
            "--rate",
            "50/s",
            "--for",
            "2s",
            "--format",
            "html",
            "--out",
            "load.html",
            "--threshold",
            "p99<10s",
        ];
        let output = evenkeel(folder.path(), &args);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains("corrected") && text.contains("p99<10s"), "{text}");
        assert!(!text.contains('\x1b'), "{text}");
        let page = std::fs::read_to_string(folder.path().join("load.html")).expect("the page");
        for reference in ["<script", "src=\"", "href", "url(", "@import", "<link", "<iframe"] {
            assert!(!page.contains(reference), "{reference} in {page}");
        }
        assert!(page.contains("default-src 'none'"));
        assert!(page.matches("<svg ").count() >= 3);
        assert_eq!(page.matches("<svg ").count(), page.matches("role=\"img\"").count());
        for part in [
            "Latency over time",
            "Requests and errors",
            "Latency by percentile",
            "uncorrected",
            "prefers-color-scheme:dark",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        if let Some(shown) = shown {
            assert!(page.contains(shown) && page.contains("Share of the responses"), "{page}");
        }
    }
}
