//! `seaworthy plan`: every connection, query and file that a sweep would use. Sends nothing.

use super::sweep::Prepared;
use crate::args::{PlainFormat, PlanArgs};
use crate::failure::Failure;
use crate::{exit, output};
use seaworthy_engine::Registry;
use seaworthy_model::{ItemKind, Plan};
use seaworthy_report::count;
use std::fmt::Write as _;

/// Prints the plan.
pub(crate) fn run(args: &PlanArgs) -> Result<u8, Failure> {
    let prepared = Prepared::new(&args.run)?;
    let shown = match args.format {
        PlainFormat::Json => {
            let mut bytes = serde_json::to_vec_pretty(&prepared.plan)
                .map_err(|error| Failure::internal(format!("failed to write the plan: {error}")))?;
            bytes.push(b'\n');
            bytes
        }
        PlainFormat::Text => text(&prepared.plan, &prepared.registry).into_bytes(),
    };
    output::print(&shown)?;
    Ok(exit::READY)
}

fn text(plan: &Plan, registry: &Registry) -> String {
    let mut text = String::new();
    let run = &plan.run;
    let leaves = || {
        plan.items
            .iter()
            .filter(|planned| planned.item.kind == ItemKind::Leaf)
    };
    let due = leaves().filter(|planned| planned.item.phase == run.phase);
    let about = match run.service.as_str() {
        "" => "no configuration".to_owned(),
        service => format!("{service} {} in {}", run.release, run.environment),
    };
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "{about}, phase {}: {} of which {} are due, {}, {}",
        run.phase,
        count(leaves().count(), "item"),
        due.count(),
        count(plan.probes.len(), "probe"),
        count(plan.requests.len(), "request")
    );
    for target in &plan.targets {
        let _ = write!(text, "\n{} {}", target.kind, target.name);
        if !target.labels.is_empty() {
            let labels: Vec<&str> = target.labels.iter().map(String::as_str).collect();
            let _ = write!(text, "  [{}]", labels.join(", "));
        }
        text.push('\n');
        let requests = plan
            .requests
            .iter()
            .filter(|request| *request.target == *target.name);
        let mut asked = false;
        for request in requests {
            asked = true;
            let _ = writeln!(
                text,
                "  {} for {}",
                request.collector,
                request.kinds.join(", ")
            );
            let collector = registry.collector(&request.collector);
            for line in collector
                .into_iter()
                .flat_map(|collector| collector.describe(target))
            {
                let _ = writeln!(text, "    {line}");
            }
        }
        if !asked {
            text.push_str("  nothing is asked: no due item needs it\n");
        }
    }
    if plan.targets.is_empty() {
        text.push_str("\nno targets: `seaworthy init` writes a seaworthy.yaml that lists some\n");
    }
    text
}
