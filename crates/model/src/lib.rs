//! The nouns of Seaworthy: plain, serialisable data that every other crate shares.
//!
//! Nothing here touches the world: no I/O, no clock, no async, no command line. What the nouns
//! *mean* is decided elsewhere: `catalog` compiles probes, `judge` gives verdicts, `report`
//! shows them.

mod attestation;
mod checklist;
mod digest;
mod fact;
mod field;
mod fingerprint;
mod gate;
mod people;
mod place;
mod plan;
mod policy;
mod probe;
mod result;
mod run;
mod score;
mod target;
mod target_spec;
mod verdict;
mod waiver;

pub use attestation::*;
pub use checklist::*;
pub use digest::*;
pub use fact::*;
pub use field::*;
pub use fingerprint::*;
pub use gate::*;
pub use people::*;
pub use place::*;
pub use plan::*;
pub use policy::*;
pub use probe::*;
pub use result::*;
pub use run::*;
pub use score::*;
pub use target::*;
pub use target_spec::*;
pub use verdict::*;
pub use waiver::*;
