//! A team's own commands: a smoke suite, a flow, a linter. A command runs only because the
//! configuration names it: an argument list, no shell, a clean environment, limits on time, memory
//! and output, and its whole process group ended.

mod collect;
mod run;
mod target;

pub(crate) use collect::Commands;
pub(crate) use target::target_kind;
