//! What only traffic shows: rules that need a log, played through the configuration.

mod enough;
mod hot_key;
mod n_minus_one;
mod small_stick_table;

pub(super) use hot_key::HotKey;
pub(super) use n_minus_one::NMinusOne;
pub(super) use small_stick_table::SmallStickTable;
