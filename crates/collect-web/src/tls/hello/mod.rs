//! Hellos of our own: what a server still speaks that rustls does not, and would refuse to ask.
//!
//! A ClientHello offers one old version or one family of weak cipher suites; the server's answer
//! says which version and suite it takes, or an alert says that it takes none. Before TLS 1.3 its
//! certificates follow in the clear. Nothing is agreed upon and no key is made: the connection ends
//! there.

mod answer;
mod ask;
mod client;
mod depth;
mod exchange;
mod flight;
pub(crate) mod fuzz;
mod groups;
mod manners;
mod names;
mod primes;
mod question;
mod scan;
mod shown;
mod suites;
mod turn;

pub(super) use depth::Depth;
pub(super) use manners::{Manners, Told};
pub(super) use scan::{OLD_VERSIONS, Scan, answers_older, in_the_clear, scan, scan_old};
pub(super) use shown::{Clear, ClearChain, Kind};
pub(super) use turn::Signed;
