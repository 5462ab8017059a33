//! The Pod Security Standards (<https://kubernetes.io/docs/concepts/security/pod-security-standards/>):
//! every rule of every version, each finding with the versions in which it holds. What has no last
//! version is what the newest Kubernetes enforces.

mod baseline;
mod restricted;

use crate::facts::{PodSecurity, Violation};
use crate::json::items;
use crate::value::Value;

/// The lists of containers that the rules look at.
const LISTS: &[&str] = &["initContainers", "containers", "ephemeralContainers"];

/// The minor version from which on pods in a user namespace of their own may do more.
const USER_NAMESPACES: i64 = 35;
/// The minor version from which on pods of Windows are exempt from rules for Linux.
const WINDOWS: i64 = 25;

/// What the standards say of a pod template.
pub(crate) fn judge(template: &Value) -> PodSecurity {
    let pod = Pod::new(template);
    let mut baseline = Findings::default();
    baseline::check(&pod, &mut baseline);
    if pod.is_windows() {
        replaced(&mut baseline.0);
    }
    let mut restricted = Findings::default();
    restricted::check(&pod, &mut restricted);
    let is_newest = |violation: &Violation| violation.before.is_none();
    let (baseline, baseline_before) = baseline.0.into_iter().partition(is_newest);
    let (restricted, restricted_before) = restricted.0.into_iter().partition(is_newest);
    PodSecurity {
        baseline,
        restricted,
        baseline_before,
        restricted_before,
    }
}

/// Rules of baseline in whose place restricted has its own, which say nothing of pods of Windows
/// (`OverrideCheckIDs` of Kubernetes' pod-security-admission).
const REPLACED: [&str; 2] = ["capabilities_baseline", "seccompProfile_baseline"];

fn replaced(findings: &mut [Violation]) {
    for finding in findings {
        if REPLACED.contains(&finding.control.as_str()) {
            finding.replaced = Some(WINDOWS);
        }
    }
}

/// A pod as the rules see it.
struct Pod<'a> {
    annotations: &'a Value,
    spec: &'a Value,
    containers: Vec<PodContainer<'a>>,
}

struct PodContainer<'a> {
    name: &'a str,
    /// `spec.containers[name]`.
    path: String,
    value: &'a Value,
}

impl<'a> Pod<'a> {
    fn new(template: &'a Value) -> Self {
        let spec = &template["spec"];
        let containers = LISTS
            .iter()
            .flat_map(|list| {
                items(&spec[*list]).iter().map(move |value| {
                    let name = value["name"].as_str().unwrap_or_default();
                    PodContainer {
                        name,
                        path: format!("spec.{list}[{name}]"),
                        value,
                    }
                })
            })
            .collect();
        Self {
            annotations: &template["metadata"]["annotations"],
            spec,
            containers,
        }
    }

    /// The pod's own security context and each container's, with paths and the container's name.
    fn contexts(&self) -> impl Iterator<Item = (String, Option<&str>, &Value)> {
        let own = (
            "spec.securityContext".to_owned(),
            None,
            &self.spec["securityContext"],
        );
        std::iter::once(own).chain(self.containers.iter().map(|container| {
            (
                format!("{}.securityContext", container.path),
                Some(container.name),
                &container.value["securityContext"],
            )
        }))
    }

    fn is_windows(&self) -> bool {
        self.spec["os"]["name"].as_str() == Some("windows")
    }

    /// Pods in a user namespace of their own may do more (KEP-127), from [`USER_NAMESPACES`] on.
    fn has_user_namespace(&self) -> bool {
        self.spec["hostUsers"].as_bool() == Some(false)
    }
}

#[derive(Default)]
struct Findings(Vec<Violation>);

impl Findings {
    fn add(&mut self, control: &str, field: String, found: impl Into<String>, on: Option<&str>) {
        self.0.push(Violation {
            control: control.to_owned(),
            field,
            found: found.into(),
            container: on.map(str::to_owned),
            since: None,
            before: None,
            replaced: None,
        });
    }

    /// Whatever `check` finds holds from the minor version `since` on, and no longer in `before`.
    fn within(
        &mut self,
        since: impl Into<Option<i64>>,
        before: impl Into<Option<i64>>,
        check: impl FnOnce(&mut Self),
    ) {
        let (since, before) = (since.into(), before.into());
        let mut inner = Self::default();
        check(&mut inner);
        for violation in &mut inner.0 {
            violation.since = violation.since.max(since);
            violation.before = match (violation.before, before) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        self.0.append(&mut inner.0);
    }
}

/// The seccomp profiles that both levels allow.
fn is_seccomp_allowed(profile: &Value) -> bool {
    matches!(
        profile["type"].as_str(),
        Some("RuntimeDefault" | "Localhost")
    )
}

/// A value in words: `true`, `"Unmasked"`, `unset`.
fn shown(value: &Value) -> String {
    if value.is_null() {
        "unset".to_owned()
    } else {
        value.to_string()
    }
}
