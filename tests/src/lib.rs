//! What tests of the whole need: the command, real servers on loopback, and shared material. The
//! tests themselves are in the folder beside this one.

pub mod command;
pub mod servers;
pub mod shared;
