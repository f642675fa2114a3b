//! Goal: what nginx reads is read, and what it refuses is refused at the same place. Method: small
//! files in memory, with the words of the error or the tree as one line.

mod crossplane;
mod errors;
mod garbage;
mod include;
mod lossless;
mod show;
mod tree;
