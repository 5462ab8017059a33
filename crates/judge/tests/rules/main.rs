//! The rules of what a verdict means, each with a test that fails when the rule is broken.

mod gate;
mod items;
mod support;
