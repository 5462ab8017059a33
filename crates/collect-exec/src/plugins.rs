//! The collectors that come of the plugins of a configuration.

use crate::collector::Plugin;
use crate::declared::declare;
use crate::target::{KIND, Spec};
use seaworthy_collect::Collector;
use seaworthy_model::{FactSchema, Target};
use std::collections::BTreeMap;

/// What is wrong with what a plugin declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The target's name.
    pub target: String,
    /// The whole complaint.
    pub message: String,
}

/// A collector for each plugin among the targets. The kinds in `taken` are told of by others.
///
/// # Errors
///
/// When a schema cannot be read, or does not say what a probe needs to be checked by.
pub fn collectors(
    targets: &[Target],
    taken: &[FactSchema],
) -> Result<Vec<Box<dyn Collector>>, Vec<Complaint>> {
    let mut collectors: Vec<Box<dyn Collector>> = Vec::new();
    let (mut complaints, mut known) = (Vec::new(), BTreeMap::new());
    for target in targets.iter().filter(|target| target.kind == KIND) {
        let Some(spec) = Spec::of(target) else {
            continue;
        };
        let mut kinds = Vec::new();
        for (kind, file) in &spec.facts {
            let declared = match declare(target, kind, file, taken, &known) {
                Ok(declared) => declared,
                Err(message) => {
                    complaints.push(Complaint {
                        target: target.name.clone(),
                        message,
                    });
                    continue;
                }
            };
            known.insert(kind.clone(), declared.schema.schema.clone());
            kinds.push(declared);
        }
        collectors.push(Box::new(Plugin::new(target, kinds)));
    }
    if complaints.is_empty() {
        Ok(collectors)
    } else {
        Err(complaints)
    }
}
