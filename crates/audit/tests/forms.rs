//! Holds the whole of what other programs read against what they are known to read.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::Path;

use audit::report::{View, github, junit};
use audit::{Case, Product, Severity};

/// One finding that fails the build, one that does not, and one that is allowed.
const TEXT: &str = "\
worker_processes 4;
events {}
http {
  upstream app {
    # evenkeel: allow EKO501 -- \"web1\" is <twice> as large, & alone
    server web1 fail_timeout=1h;
    server web2 max_conns=100;
  }
}
";

const GITHUB: &str = "\
::error file=app.conf,line=6,endLine=6,col=17,endColumn=32,title=EKH403 eject-too-long::`web1` \
of `app` is left out for 3600 s once one attempt has failed%0Anginx itself has no check that \
would bring it back sooner: a server that was away for a second is missing for all of that time, \
and the others have its load.%0AFix: Use 10 to 30 seconds.
::warning file=app.conf,line=7,endLine=7,col=17,endColumn=30,title=EKA302 \
per-worker-state::`max_conns=100` of `web2` in `app` counts for each of 4 workers: the server \
may get as many times that%0AWithout a zone each worker knows only the connections that it made \
itself. `least_conn` then compares a fraction of the load: workers choose the same server at the \
same time. And `max_conns` counts for each worker, so that a server gets as many times its limit \
as there are workers.%0AFix: Add `zone NAME 64k;` to the upstream.
";

const JUNIT: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"evenkeel audit\" tests=\"13\" failures=\"1\" errors=\"0\">
  <testsuite name=\"app.conf\" tests=\"13\" failures=\"1\" errors=\"0\" skipped=\"1\">
    <testcase classname=\"EKH403\" name=\"EKH403 eject-too-long at app.conf:6\" \
file=\"app.conf\" line=\"6\">
      <failure message=\"`web1` of `app` is left out for 3600 s once one attempt has failed\" \
type=\"error\">app.conf:6:17
`web1` of `app` is left out for 3600 s once one attempt has failed
Why: nginx itself has no check that would bring it back sooner: a server that was away for a \
second is missing for all of that time, and the others have its load.
Fix: Use 10 to 30 seconds.
</failure>
    </testcase>
    <testcase classname=\"EKA302\" name=\"EKA302 per-worker-state at app.conf:7\" \
file=\"app.conf\" line=\"7\">
      <system-out>app.conf:7:17
`max_conns=100` of `web2` in `app` counts for each of 4 workers: the server may get as many \
times that
Why: Without a zone each worker knows only the connections that it made itself. `least_conn` \
then compares a fraction of the load: workers choose the same server at the same time. And \
`max_conns` counts for each worker, so that a server gets as many times its limit as there are \
workers.
Fix: Add `zone NAME 64k;` to the upstream.
</system-out>
    </testcase>
    <testcase classname=\"EKO501\" name=\"EKO501 no-per-server-cap at app.conf:6\" \
file=\"app.conf\" line=\"6\">
      <skipped message=\"&quot;web1&quot; is &lt;twice&gt; as large, &amp; alone\"/>
    </testcase>
    <testcase classname=\"EKA301\" name=\"EKA301 hash-not-consistent\"/>
    <testcase classname=\"EKA303\" name=\"EKA303 method-overridden\"/>
    <testcase classname=\"EKA306\" name=\"EKA306 endpoint-twice\"/>
    <testcase classname=\"EKA307\" name=\"EKA307 keepalive-before-method\"/>
    <testcase classname=\"EKA308\" name=\"EKA308 constant-hash-key\"/>
    <testcase classname=\"EKO502\" name=\"EKO502 retry-amplification\"/>
    <testcase classname=\"EKP103\" name=\"EKP103 source-affinity-behind-proxy\"/>
    <testcase classname=\"EKP109\" name=\"EKP109 whole-cookie-header\"/>
    <testcase classname=\"EKW201\" name=\"EKW201 weight-capacity-mismatch\"/>
    <testcase classname=\"EKW202\" name=\"EKW202 vanishing-pool\"/>
  </testsuite>
</testsuites>
";

#[test]
fn githubs_annotations_are_these() {
    assert_eq!(shown(github), GITHUB);
}

#[test]
fn junits_report_is_this() {
    assert_eq!(shown(junit), JUNIT);
}

fn shown(form: fn(&View<'_>) -> String) -> String {
    let subject = audit::read_text("/srv/sites/app.conf", TEXT, Some(Product::Nginx)).unwrap();
    let audit = audit::judge(&Case::of(&subject), "2026-01-01".parse().unwrap());
    let root = Path::new("/srv/sites");
    let fails = Severity::Error;
    form(&View { subject: &subject, audit: &audit, root, folder: root, fails })
}
