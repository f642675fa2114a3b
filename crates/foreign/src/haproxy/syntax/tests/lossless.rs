//! No byte is lost, and no bytes make it fall over.

use proptest::prelude::*;

use crate::haproxy::fuzzing;

fn check(text: &str) {
    fuzzing::config(text.as_bytes());
}

#[test]
fn pieces_are_the_file() {
    check("");
    check("\n\n \n\t# c\r\n");
    check("global # c\n  maxconn 10\t\r\n\n \"a b\"\\ c 'd'#e");
    check("x \"${AB[*]}\" \"${ABC[*]}\"y # z\r\n");
    check("broken \"quote # and more\nnext \\x4 line\na\rb\r\rc\n");
    check("[scope]\n .if 1\n.else x\n.endif\n\u{e9}\u{1F600} \"\u{e9}\n");
    check("a\0b c\n");
    check("\"$");
    check("\\x");
}

/// Parts that configurations are made of.
fn part() -> impl Strategy<Value = String> {
    let words = [
        "global\n",
        "defaults\n",
        "defaults d\n",
        "backend b\n",
        "backend b from d\n",
        "listen l\n",
        "frontend f :80\n",
        "peers p\n",
        " server s 1.2.3.4:80",
        " server-template t 3 h:1",
        " default-server weight 3",
        " weight 5",
        " check inter 2s",
        " balance uri len 3\n",
        " balance hdr(x)",
        " cookie C insert",
        " stick on src\n",
        " stick-table type ip size 1k\n",
        " option redispatch\n",
        " no option persist\n",
        " http-check expect status 200\n",
        " table t type ip size 1",
        " stats socket /x level admin\n",
        " acl a src 1.2.3.4\n",
        " use_backend b if a\n",
        " bind :80,:81-82 ssl\n",
        ".if foo(1)\n",
        ".else\n",
        ".endif\n",
        ".elif defined(A) || 1\n",
        "\"",
        "'",
        "\\",
        "\\x4",
        "$AB",
        "${ABC[*]}",
        "${A-b}",
        "#",
        "\n",
        "\r",
        " ",
        "\0",
        "(",
        ")",
        ",",
        "-",
        "@",
        ":",
        "[",
        "]",
        "99999999999999999999",
        " from d",
        " setenv AB x\n",
        " timeout server 9d\n",
        "\u{e9}",
    ];
    prop_oneof![
        8 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ]
}

proptest! {
    #[test]
    fn any_parts_are_read(parts in prop::collection::vec(part(), 0..60)) {
        check(&parts.concat());
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzzing::config(&bytes);
    }
}
