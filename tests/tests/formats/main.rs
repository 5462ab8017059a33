//! The report formats, each read by somebody else: an official schema, an independent parser, a
//! real browser. What they hold is tested beside the formats themselves.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod container;
#[cfg(test)]
mod deploy;
#[cfg(test)]
mod every;
#[cfg(test)]
mod material;
#[cfg(test)]
mod readers;
#[cfg(test)]
#[path = "../../../crates/report/tests/it/sample.rs"]
mod sample;
#[cfg(test)]
mod text;
