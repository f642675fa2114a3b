//! Messages as real clients send them, and pieces that have broken real parsers.

/// Whole requests to start from. Many are ordinary; some use a corner of the grammar.
pub(super) const MESSAGES: [&str; 42] = [
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "GET /index.html HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux \
     x86_64)\r\nAccept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Language: de,en\
     ;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\nCookie: ek=abc; \
     theme=dark\r\nUpgrade-Insecure-Requests: 1\r\n\r\n",
    "GET /search?q=a+b&lang=en%20us&x=[1] HTTP/1.1\r\nHost: shop.example.com:8080\r\n\r\n",
    "HEAD /a/b/../c HTTP/1.1\r\nHost: a\r\n\r\n",
    "DELETE /cart/17 HTTP/1.1\r\nHost: a\r\nIf-Match: \"x y\"\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "OPTIONS http://a HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n",
    "TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n",
    "PROPFIND /dav HTTP/1.1\r\nHost: a\r\nDepth: 1\r\nContent-Length: 0\r\n\r\n",
    "GET http://shop.example.com/x?y HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "GET HTTPS://Shop.example.com:443 HTTP/1.1\r\nHost: shop.EXAMPLE.com:443\r\n\r\n",
    "GET http://[::1]:8080?q HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
    "CONNECT shop.example.com:443 HTTP/1.1\r\nHost: shop.example.com:443\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET /old HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
    "POST /old HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
    "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\
     Content-Length: 11\r\n\r\nname=value1",
    "PUT /up HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
    "PATCH /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n\
     {\"a\": [1, 2]}",
    "POST /zero HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "POST /padded HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc",
    "GET /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
    "POST /c HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n00A\r\n0123456789\r\n\
     3\r\nabc\r\n000\r\n\r\n",
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;name=\"va l\";x\r\nWiki\r\n\
     0;last\r\n\r\n",
    "POST /c HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n\
     1\r\n!\r\n0\r\nX-Sum: 1\r\nX-More:2\r\n\r\n",
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nHost: b\r\n\
     Content-Length: 7\r\n\r\n",
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
     HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2\r\nX-Forwarded-Proto: https\
     \r\nForwarded: for=10.0.0.1;proto=https\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\n\
     \r\n",
    "\r\nGET /after/empty HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /tab HTTP/1.1\r\nHost:\ta\t\r\nX-Tab: a\tb\r\n\r\n",
    "GET /empty HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Spaces:    \r\n\r\n",
    "GET /same HTTP/1.1\r\nHost: a\r\nAccept: a\r\naccept: b\r\nACCEPT: c\r\n\r\n",
    "GET /!$&'()*+,;=:@-._~%41 HTTP/1.1\r\nHost: a-b.c_d:1\r\n\r\n",
    "GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: b\r\n\r\n",
    "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nokGET /two HTTP/1.1\r\nHost: b\r\n\
     \r\n",
    "POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n\
     POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nyGET /three HTTP/1.1\r\nHost: a\r\n\
     \r\n",
    "GET /limit HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: 6\r\nG: 7\r\n\
     H: 8\r\nI: 9\r\nJ: 10\r\nK: 11\r\nL: 12\r\nM: 13\r\nN: 14\r\nO: 15\r\nP: 16\r\nQ: 17\r\n\r\n",
    "SOURCE /stream HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nz",
];

/// Field lines that decide framing, routing or the connection.
pub(super) const LINES: [&str; 58] = [
    "Content-Length: 5",
    "Content-Length: 0",
    "Content-Length: 6",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length: 5,",
    "Content-Length:",
    "Content-Length: 0x5",
    "Content-Length: -1",
    "Content-Length: 00000000000000000000005",
    "Content-Length: 9223372036854775808",
    "Content-Length: 18446744073709551616",
    "Content-Length : 5",
    " Content-Length: 5",
    "Content_Length: 5",
    "Content-Length\u{a0}: 5",
    "Transfer-Encoding: chunked",
    "transfer-encoding: CHUNKED",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity",
    "Transfer-Encoding:",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: \u{b}chunked",
    "Transfer-Encoding: chunked,",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer_Encoding: chunked",
    "Host: b",
    "Host: a",
    "Host:",
    "Host: a:99999",
    "Host: a:x",
    "Host: u@a",
    "Host: a/b",
    "Host: a, b",
    "Host: [::1]",
    "Host: [fe80::1%25eth0]",
    "Host: \u{e9}",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: keep-alive, close",
    "Connection: close, keep-alive",
    "Connection: Content-Length",
    "Connection: Host, Transfer-Encoding",
    "Connection: upgrade",
    "Upgrade: h2c",
    "Upgrade: websocket",
    "Upgrade: \u{e9}",
    "Expect: 100-continue",
    "Expect: 200-ok",
    "X-Forwarded-For: 1.2.3.4",
    "X: folded\r\n line",
    "nocolon",
    ": value",
    "X\u{0}: 1",
    "X: a\rb",
];

/// Targets of every form, and of none.
pub(super) const TARGETS: [&str; 40] = [
    "/",
    "*",
    "//a/b",
    "/a//b",
    "/#fragment",
    "/a?b#c",
    "/a\"b",
    "/a<b>",
    "/a?<b>\"",
    "/a?`^{|}\\",
    "/`",
    "/^{|}\\",
    "/%",
    "/\u{e9}",
    "/?\u{e9}",
    "?a",
    "a",
    "a:80",
    "a:80/b",
    "http://a",
    "http://a/",
    "http://A/x",
    "http://b/",
    "http://a:80/",
    "http://u@a/",
    "http://u:p@a/",
    "http://a?x=/",
    "http://a#f",
    "http://a//b",
    "http:///a",
    "http://",
    "http:/a",
    "https://a/",
    "ftp://a/",
    "x://a/",
    "://a",
    "http://a:99999/",
    "http://a%41/",
    "http://[::1]/",
    "http://a;b=(c)/",
];

/// What stands on a request line besides the target.
pub(super) const METHODS: [&str; 10] =
    ["GET", "POST", "OPTIONS", "CONNECT", "get", "M-SEARCH", "G(T", "", "GET ", "PRI"];
pub(super) const VERSIONS: [&str; 11] = [
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/1.2",
    "HTTP/2.0",
    "HTTP/0.9",
    "http/1.1",
    "HTTP/1.1 ",
    "HTTP/1",
    "HTTP/11",
    "",
    "HTTP/3.0",
];

/// Bytes that end, separate or hide something.
pub(super) const BYTES: &[u8] =
    b"\0\x01\x0b\x0c\r\n\t :;,#%?/@[]*\"'\\<>{}|^`_-+.05aZ\x7f\x80\xa0\xff";

/// What two lines can be parted by.
pub(super) const LINE_ENDS: [&str; 9] =
    ["\n", "\r", "\n\r", "\r\r\n", "\r\n\n", "\r\n\r\n", "\r\n ", "\r\n\t", " \r\n"];

/// Lines that open a chunk.
pub(super) const CHUNK_LINES: [&str; 26] = [
    "5",
    "0",
    "00",
    "a",
    "A",
    "1",
    "0x5",
    "+5",
    "-0",
    "",
    " 5",
    "5 ",
    "5\t",
    "5 ;x",
    "5;",
    "5;x=y",
    "5;\"\u{1}\"",
    "5;\u{e9}",
    "5;\u{0}",
    "00000000000000005",
    "fffffffffffffffff",
    "10000000001",
    "ffffffffffffffff",
    "5,5",
    "5;a\nb",
    "5\u{b}",
];
