//! What the bound probes say of what was collected, as an item would take it.

use crate::asking::collector;
use seaworthy_catalog::{Catalog, PreparedFact, Source};
use seaworthy_collect::Collected;
use seaworthy_model::{Outcome, ParamValue, ProbeId};
use std::collections::BTreeMap;

/// The bound probes with their parameters.
pub(crate) const BOUND: [(&str, &[(&str, &str)]); 8] = [
    ("github/changes-reviewed", &[]),
    ("github/no-objection-overridden", &[]),
    (
        "github/environment-guarded",
        &[("environment", "production")],
    ),
    ("github/required-check", &[("purpose", "test")]),
    ("github/required-check", &[("purpose", "coverage")]),
    ("github/required-check", &[("purpose", "security")]),
    ("github/required-check", &[("purpose", "lint")]),
    ("github/code-frozen", &[]),
];

/// The built-in probes over the collector's kinds.
pub(crate) fn catalog() -> Catalog {
    let sources: Vec<Source> = seaworthy_probes::probes()
        .filter(|(path, _)| path.starts_with("github/"))
        .map(|(path, bytes)| Source::new("probes", path, bytes))
        .collect();
    // Probes of the family over workflow files are of another collector, and left out.
    Catalog::load(&sources, &collector().facts()).catalog
}

/// The worst verdict over all subjects of the probe's kind; inconclusive where one could not be
/// read, or there is none.
pub(crate) fn verdict(
    catalog: &Catalog,
    (probe, with): (&str, &[(&str, &str)]),
    collected: &Collected,
) -> (Outcome, String) {
    let probe = catalog.get(&ProbeId(probe.to_owned())).unwrap();
    let mut params: BTreeMap<String, ParamValue> = probe
        .spec()
        .params
        .iter()
        .filter_map(|(name, param)| Some((name.clone(), param.default.clone()?)))
        .collect();
    for (name, value) in with {
        params.insert((*name).to_owned(), ParamValue::String((*value).to_owned()));
    }
    let params = probe.params(&params).unwrap();
    let kind = &probe.spec().subject;
    let (mut passed, mut open) = (false, None);
    for fact in collected
        .facts
        .iter()
        .filter(|fact| fact.subject.kind == *kind)
    {
        let judged = probe.judge(&PreparedFact::new(fact), &params);
        let message = judged.message.clone().unwrap_or_default();
        match judged.outcome {
            Outcome::Fail => return (Outcome::Fail, message),
            Outcome::Inconclusive => open = Some(message),
            Outcome::Pass => passed = true,
            Outcome::NotApplicable => {}
        }
    }
    let hole = collected
        .unassessed
        .iter()
        .find(|one| one.kinds.contains(kind));
    match (open, hole) {
        (Some(message), _) => (Outcome::Inconclusive, message),
        (None, Some(hole)) => (Outcome::Inconclusive, hole.detail.clone()),
        (None, None) if passed => (Outcome::Pass, String::new()),
        (None, None) => (Outcome::Inconclusive, "nothing seen".to_owned()),
    }
}
