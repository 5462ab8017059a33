//! Facts to verdicts within the process, without a command: for tests of many small cases.

use anyhow::{Context, Result, bail};
use seaworthy_catalog::{Catalog, Judged, PreparedFact, Source};
use seaworthy_collect::Collected;
use seaworthy_model::{FactSchema, ParamValue, ProbeId, SubjectRef};
use std::collections::BTreeMap;

/// The families of probes that are loaded.
const FAMILIES: [&str; 4] = ["k8s/", "http/", "cors/", "dns/"];

/// The built-in probes over Kubernetes and the edge.
#[derive(Debug)]
pub struct Probes {
    catalog: Catalog,
}

impl Probes {
    /// Loads them.
    ///
    /// # Errors
    ///
    /// If one of them does not load.
    pub fn built_in() -> Result<Self> {
        let sources: Vec<Source> = seaworthy_probes::probes()
            .filter(|(path, _)| FAMILIES.iter().any(|family| path.starts_with(family)))
            .map(|(path, bytes)| Source::new("probes", path, bytes))
            .collect();
        // Manifests and live clusters share kinds; each is wanted once.
        let both = seaworthy_collect_kube::collectors()
            .into_iter()
            .chain(seaworthy_collect_web::collectors());
        let kinds = both.flat_map(|one| one.facts());
        let kinds: BTreeMap<&str, FactSchema> = kinds.map(|schema| (schema.kind, schema)).collect();
        let loaded = Catalog::load(&sources, &kinds.into_values().collect::<Vec<_>>());
        if !loaded.diagnostics.is_empty() {
            bail!("the probes do not load: {:?}", loaded.diagnostics);
        }
        Ok(Self {
            catalog: loaded.catalog,
        })
    }

    /// What a probe says of each subject of its kind. Parameters that it does not have are left
    /// out, so that one set serves several probes.
    ///
    /// # Errors
    ///
    /// If there is no such probe, or a parameter does not fit.
    pub fn judge(
        &self,
        id: &str,
        with: &BTreeMap<String, ParamValue>,
        collected: &Collected,
    ) -> Result<Vec<(SubjectRef, Judged)>> {
        let probe = self.catalog.get(&ProbeId(id.to_owned()));
        let probe = probe.with_context(|| format!("there is no probe {id}"))?;
        let known = with
            .iter()
            .filter(|(name, _)| probe.spec().params.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let params = probe.params(&known)?;
        Ok(collected
            .facts
            .iter()
            .filter(|fact| fact.subject.kind == probe.spec().subject)
            .map(|fact| {
                let judged = probe.judge(&PreparedFact::new(fact), &params);
                (fact.subject.clone(), judged)
            })
            .collect())
    }
}
