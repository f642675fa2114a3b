//! Garbage is refused, or read as what it happens to say; nothing panics.

use proptest::prelude::*;

use crate::running::{Address, envoy, haproxy, nginx};

fn read_all(text: &str) {
    let _ = haproxy::servers_state(text);
    let _ = haproxy::stat(text);
    let _ = haproxy::info(text);
    let _ = (envoy::clusters(text), envoy::info(text));
    let _ = (nginx::upstreams(text), nginx::newest(text), nginx::info(text));
    let _ = Address::read(text);
}

/// Texts that begin as an answer does.
const BEGINNINGS: [&str; 5] = [
    "1\n# be_name srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight\n",
    "# pxname,svname,status,weight,type,addr,uweight\n",
    "{\"cluster_statuses\": [{\"host_statuses\": [{\"address\": ",
    "{\"a\": {\"peers\": [{\"weight\": ",
    "",
];

proptest! {
    #[test]
    fn nothing_panics(begins in 0..BEGINNINGS.len(), rest in "[ -~\n\"é,]{0,300}") {
        read_all(&format!("{}{rest}", BEGINNINGS[begins]));
    }

    /// Method: an answer with a part of it gone, or said twice.
    #[test]
    fn broken_answers_do_not_panic(from in 0..400usize, to in 0..400usize) {
        for text in BEGINNINGS {
            let text = text.repeat(3);
            let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
            read_all(&format!("{}{}", part(0..from), part(to..text.len())));
        }
    }
}
