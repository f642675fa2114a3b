//! Lines against what HAProxy 2.6 makes of them, as its own messages and dumps show.

mod conditions;
mod lossless;
mod words;
