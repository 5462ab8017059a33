//! What tests of the whole need: the command, a folder to run it in, its report, real servers on
//! loopback, and shared material. The tests themselves are in the folder beside this one.

pub mod accuracy;
pub mod command;
pub mod edge;
pub mod judging;
pub mod kinds;
pub mod manifests;
pub mod named;
pub mod report;
pub mod scene;
pub mod servers;
pub mod shared;
pub mod tools;
