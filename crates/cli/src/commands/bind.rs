//! `seaworthy bind`: how each item of a checklist is bound, with proposals for the rest.

use crate::args::{BindArgs, PlainFormat};
use crate::failure::Failure;
use crate::{exit, output, setup};
use seaworthy_catalog::bindings::{Bound, Proposed};
use seaworthy_model::{Item, ItemKind};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Shows the bindings. Items without one make the exit code INCOMPLETE.
pub(crate) fn run(args: &BindArgs) -> Result<u8, Failure> {
    let (registry, config) = setup::start(&args.sources, None)?;
    let rules = setup::rules(&args.sources, &config, &registry)?;
    let listed = setup::checklist(args.checklist.as_deref(), &config)?;
    let proposer = rules.bindings.proposer();
    let mut rows = Vec::new();
    for item in listed
        .checklist
        .leaves()
        .filter(|item| item.kind == ItemKind::Leaf)
    {
        let bound = rules
            .bindings
            .bind(item, &listed.checklist)
            .map_err(|complaint| Failure::diagnostics(&[complaint]))?;
        let proposals = match &bound {
            Some(_) => Vec::new(),
            None => proposer.candidates(item),
        };
        let proposals = proposals
            .into_iter()
            .map(|proposal| (proposal.score, proposal.what));
        rows.push((item, bound, proposals.collect::<Vec<_>>()));
    }
    let unbound = rows.iter().filter(|(_, bound, _)| bound.is_none()).count();
    let shown = match args.format {
        PlainFormat::Json => format!("{:#}\n", json(&rows)),
        PlainFormat::Text => text(&rows, args.all, unbound),
    };
    output::print(shown.as_bytes())?;
    Ok(if unbound == 0 {
        exit::READY
    } else {
        exit::INCOMPLETE
    })
}

type Row<'a> = (&'a Item, Option<Bound>, Vec<(u32, Proposed)>);

fn text(rows: &[Row<'_>], all: bool, unbound: usize) -> String {
    let mut text = format!(
        "{} of {} items are bound\n",
        rows.len() - unbound,
        rows.len()
    );
    for (item, bound, proposals) in rows {
        match bound {
            Some(bound) if all => {
                let _ = writeln!(text, "\n{}\n  {}", item.id, how(bound));
            }
            Some(_) => {}
            None => {
                let _ = writeln!(
                    text,
                    "\n{}\n  line {}: {}\n  no binding",
                    item.id, item.line, item.title
                );
                for (score, what) in proposals {
                    let _ = writeln!(text, "    {score:>3}  {}", proposed(what));
                }
            }
        }
    }
    text
}

fn how(bound: &Bound) -> String {
    let probes = bound.uses.iter().map(|used| used.probe.to_string());
    let unbuilt = bound
        .unbuilt
        .iter()
        .map(|family| format!("({} not built yet)", family.family));
    let person = bound.attest.iter().map(|rule| {
        format!(
            "attestation by {}",
            rule.role.as_deref().unwrap_or("anybody")
        )
    });
    probes
        .chain(unbuilt)
        .chain(person)
        .collect::<Vec<_>>()
        .join(", ")
}

fn proposed(what: &Proposed) -> String {
    match what {
        Proposed::Binding { item, location } => format!("as `{item}` ({location})"),
        Proposed::Probe { probe, title } => format!("use: {probe}   # {title}"),
    }
}

fn json(rows: &[Row<'_>]) -> Value {
    let rows = rows.iter().map(|(item, bound, proposals)| {
        json!({
            "id": item.id,
            "title": item.title,
            "line": item.line,
            "bound": bound.as_ref().map(|bound| json!({
                "at": bound.location.to_string(),
                "probes": bound.uses.iter().map(|used| &used.probe).collect::<Vec<_>>(),
                "unbuilt": bound.unbuilt.iter().map(|family| &family.family).collect::<Vec<_>>(),
                "attest": bound.attest.as_ref().map(|rule| rule.role.as_deref()),
            })),
            "proposals": proposals.iter().map(|(score, what)| json!({
                "score": score,
                "proposal": proposed(what),
            })).collect::<Vec<_>>(),
        })
    });
    json!({ "schema": "seaworthy.bind/v1", "items": rows.collect::<Vec<_>>() })
}
