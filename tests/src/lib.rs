//! What tests of the whole need: real servers on loopback. The tests themselves, over command
//! transcripts, servers and corpora, are in the folders beside this one.

pub mod servers;
