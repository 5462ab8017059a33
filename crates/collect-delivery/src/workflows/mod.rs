//! GitHub Actions workflows of a checkout: what runs on which event, where it deploys, which
//! actions it trusts. What the forge itself is asked (protection, reviews) is not here.

mod collect;
mod jobs;
mod read;

pub(crate) use collect::Workflows;
pub(crate) use jobs::{Jobs, Runs};
pub(crate) use read::{Task, usual};
