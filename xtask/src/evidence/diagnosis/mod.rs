//! What the diagnosis makes of a corpus of faults whose causes are known, and of healthy hours.

mod calm;
mod case;
mod command;
mod draw;
mod events;
mod figures;
mod fit;
mod kind;
mod page;
mod plays;
mod score;
mod tables;
mod world;

pub(crate) use command::{DiagnosisOptions, EXAMPLES, diagnosis};
