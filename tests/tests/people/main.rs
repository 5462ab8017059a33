//! People, from the command line down: attestations, waivers, approvals, sign-offs and the gates
//! that stand on them (design §5.3 to §5.12), over a small platform with a checklist of its own.
//!
//! `cfg(test)` is always true here; it tells clippy that the helpers are tests too.

#[cfg(test)]
mod all_phases;
mod attesting;
#[cfg(test)]
mod comparing;
#[cfg(test)]
mod phases;
#[cfg(test)]
mod releasing;
#[cfg(test)]
mod team;
#[cfg(test)]
mod waiving;
