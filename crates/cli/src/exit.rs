//! Exit codes: documented constants, the same whatever the output format (docs/exit-codes.md).

use seaworthy_model::Decision;

/// READY, or every probe passes.
pub(crate) const READY: u8 = 0;
/// NOT_READY, or a probe fails.
pub(crate) const NOT_READY: u8 = 1;
/// INCOMPLETE, or nothing could be decided.
pub(crate) const INCOMPLETE: u8 = 2;
/// CONDITIONAL: a critical item is waived.
pub(crate) const CONDITIONAL: u8 = 3;
/// The command line is wrong (`EX_USAGE` of sysexits.h).
pub(crate) const USAGE: u8 = 64;
/// A fault of Seaworthy itself (`EX_SOFTWARE`).
pub(crate) const INTERNAL: u8 = 70;
/// A file could not be read or written (`EX_IOERR`).
pub(crate) const IO: u8 = 74;
/// A configuration, checklist, probe or binding is wrong (`EX_CONFIG`).
pub(crate) const CONFIG: u8 = 78;

/// The exit code of a gate's decision.
pub(crate) fn of_decision(decision: Decision) -> u8 {
    match decision {
        Decision::Ready => READY,
        Decision::NotReady => NOT_READY,
        Decision::Incomplete => INCOMPLETE,
        Decision::Conditional => CONDITIONAL,
    }
}
