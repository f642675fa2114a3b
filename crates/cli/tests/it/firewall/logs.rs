//! Logs of a firewall, written up to the present.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Now, seconds since the Unix epoch.
pub(super) fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("before long")
}

/// `2024-05-01T11:00:00Z`, some seconds ago.
pub(crate) fn ago(seconds: i64) -> String {
    Timestamp::from_second(now_s() - seconds).expect("a time").to_string()
}

/// What the kernel writes of a dropped packet.
pub(crate) fn dropped(time: &str, source: &str) -> String {
    format!(
        "{time} fw kernel: [86400.123456] DROP: IN=eth0 OUT= MAC=52:54:00:12:34:56:08:00 \
         SRC={source} DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=4711 DF PROTO=TCP \
         SPT=51515 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 \n"
    )
}
