//! `scaling`: whether an autoscaler works, by its own conditions.

use super::rescales::Rescales;
use super::{condition, draft_of, is_true, number, reference};
use crate::build::Draft;
use crate::json::items;
use crate::live::gather::{Found, Gathered};
use crate::value::Value;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The state of a HorizontalPodAutoscaler (autoscaling/v2 `status`). Those that KEDA makes are
/// among them: their state is their maker's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Scaling {
    /// `namespace/HorizontalPodAutoscaler/name`.
    #[serde(rename = "ref")]
    reference: String,
    /// What it scales: `namespace/Kind/name`.
    target: String,
    /// The condition `AbleToScale`: the target can be read and scaled. Unknown before its
    /// controller has written any condition, or in autoscaling/v1.
    #[serde(skip_serializing_if = "Option::is_none")]
    able: Option<bool>,
    /// The condition `ScalingActive`: its metrics can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
    /// The condition `ScalingLimited`: it wants other replicas than its bounds allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    limited: Option<bool>,
    /// Why the first of these that is not as it should be is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Replicas that run.
    #[schemars(extend("x-volatile" = true))]
    current: i64,
    /// Replicas that it wants. Unknown before its controller has written any condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    desired: Option<i64>,
    /// Its maximum.
    max: i64,
    /// How long ago load made it grow, in milliseconds, by its events (`SuccessfulRescale`, above
    /// target). A cluster keeps events for an hour unless it was told otherwise, so that none is
    /// unknown, unless `status.lastScaleTime` lies further back than anything could matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    grew_ago: Option<i64>,
    /// How long ago less load made it shrink, in milliseconds, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    shrank_ago: Option<i64>,
    /// How long ago it scaled for the last time, in either direction, in milliseconds
    /// (`status.lastScaleTime`); absent where it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    scaled_ago: Option<i64>,
    /// How long it has been there, in milliseconds: one that was made anew has forgotten what it
    /// did before.
    #[schemars(extend("x-volatile" = true))]
    age: i64,
}

pub(super) fn facts(gathered: &Gathered, as_of: Timestamp) -> Vec<Draft> {
    let rescales = Rescales::of(gathered, as_of);
    gathered
        .objects
        .iter()
        .filter(|found| found.resource.kind == "HorizontalPodAutoscaler")
        .map(|found| fact(found, &rescales))
        .collect()
}

fn fact(found: &Found, rescales: &Rescales<'_>) -> Draft {
    let (spec, status) = (&found.value["spec"], &found.value["status"]);
    let state = |name: &str| condition(status, name).map(|found| is_true(Some(found)));
    let bad = [
        ("AbleToScale", false),
        ("ScalingActive", false),
        ("ScalingLimited", true),
    ]
    .iter()
    .find(|(name, bad)| state(name) == Some(*bad))
    .and_then(|(name, _)| condition(status, name));
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let target = &spec["scaleTargetRef"];
    let mut unknown = BTreeMap::new();
    for (field, name) in [
        ("able", "AbleToScale"),
        ("active", "ScalingActive"),
        ("limited", "ScalingLimited"),
    ] {
        if state(name).is_none() {
            let why =
                format!("its status has no condition {name}; the controller has written none yet");
            unknown.insert(field.to_owned(), why);
        }
    }
    // The server fills in zeros where no controller has written.
    let has_state = !items(&status["conditions"]).is_empty();
    if !has_state {
        let why = "its controller has not written any state yet".to_owned();
        unknown.insert("desired".to_owned(), why);
    }
    let metadata = &found.value["metadata"];
    let scaled = rescales.of_autoscaler(metadata);
    let scaled_ago = rescales.ago(&status["lastScaleTime"]);
    for (field, seen) in [("grew_ago", scaled.grew), ("shrank_ago", scaled.shrank)] {
        if seen.is_none() {
            unknown.insert(field.to_owned(), rescales.why_none().to_owned());
        }
    }
    if scaled_ago.is_none() && !has_state {
        let why = "its controller has not written any state yet".to_owned();
        unknown.insert("scaled_ago".to_owned(), why);
    }
    let fact = Scaling {
        reference: reference(found),
        target: format!(
            "{}/{}/{}",
            word(&found.value["metadata"]["namespace"]),
            word(&target["kind"]),
            word(&target["name"])
        ),
        able: state("AbleToScale"),
        active: state("ScalingActive"),
        limited: state("ScalingLimited"),
        reason: bad.map(|bad| format!("{}: {}", word(&bad["reason"]), word(&bad["message"]))),
        current: number(&status["currentReplicas"]),
        desired: has_state.then(|| number(&status["desiredReplicas"])),
        max: number(&spec["maxReplicas"]),
        grew_ago: scaled.grew,
        shrank_ago: scaled.shrank,
        scaled_ago,
        age: rescales.ago(&metadata["creationTimestamp"]).unwrap_or(0),
    };
    draft_of("scaling", found, &fact, unknown)
}
