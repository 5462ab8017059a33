//! `canary`: how much traffic a new version gets, by whatever splits it.

use super::{draft_of, number, reference};
use crate::build::Draft;
use crate::json::items;
use crate::live::gather::Found;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A split of traffic: an Argo Rollout with the canary strategy, a Flagger Canary, an Ingress of
/// ingress-nginx with canary annotations, an HTTPRoute or an Istio VirtualService with several
/// weighted backends.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Canary {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    reference: String,
    /// The kind that splits.
    kind: String,
    /// The share of the new version, in percent, rounded down. Of several backends the new one is
    /// that with `canary` in its name, else the last. Unknown before the tool has written any
    /// state.
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<i64>,
    /// The backend or version that gets it, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<String>,
    /// The state in the words of the tool, such as `Paused` or `Succeeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<String>,
}

const NGINX: &str = "nginx.ingress.kubernetes.io/canary";

pub(super) fn facts(objects: &[Found]) -> Vec<Draft> {
    objects.iter().filter_map(fact).collect()
}

fn fact(found: &Found) -> Option<Draft> {
    let (spec, status) = (&found.value["spec"], &found.value["status"]);
    let (weight, backend) = match found.resource.kind {
        "Rollout" => (rollout(spec, status)?, None),
        "Canary" => (flagger(status), None),
        "Ingress" => (Some(nginx(&found.value["metadata"]["annotations"])?), None),
        "HTTPRoute" => split(spec, "rules", "backendRefs", |backend| &backend["name"])?,
        "VirtualService" => split(spec, "http", "route", |backend| {
            let destination = &backend["destination"];
            if destination["subset"].is_string() {
                &destination["subset"]
            } else {
                &destination["host"]
            }
        })?,
        _ => return None,
    };
    let mut unknown = BTreeMap::new();
    if weight.is_none() {
        let why = "nothing has been written yet on how traffic is split".to_owned();
        unknown.insert("weight".to_owned(), why);
    }
    let fact = Canary {
        reference: reference(found),
        kind: found.resource.kind.to_owned(),
        weight,
        backend,
        phase: status["phase"].as_str().map(str::to_owned),
    };
    Some(draft_of("canary", found, &fact, unknown))
}

/// The weight that the traffic router confirms, else that of the steps done; `None` where the
/// strategy is another one.
fn rollout(spec: &Value, status: &Value) -> Option<Option<i64>> {
    let strategy = &spec["strategy"]["canary"];
    if !strategy.is_object() {
        return None;
    }
    if status["currentPodHash"].is_null() {
        return Some(None);
    }
    let is_done = status["stableRS"] == status["currentPodHash"];
    if let Some(weight) = status["canary"]["weights"]["canary"]["weight"].as_i64()
        && !is_done
    {
        return Some(Some(weight));
    }
    let steps = items(&strategy["steps"]);
    let done = usize::try_from(number(&status["currentStepIndex"])).unwrap_or(0);
    if is_done || done >= steps.len() {
        return Some(Some(100));
    }
    let mut set = steps.iter().take(done).rev();
    Some(Some(
        set.find_map(|step| step["setWeight"].as_i64()).unwrap_or(0),
    ))
}

fn flagger(status: &Value) -> Option<i64> {
    // Once it has succeeded, all traffic goes to the new version, under the primary's name.
    match status["phase"].as_str()? {
        "Succeeded" => Some(100),
        _ => Some(number(&status["canaryWeight"])),
    }
}

fn nginx(annotations: &Value) -> Option<i64> {
    if annotations[NGINX].as_str() != Some("true") {
        return None;
    }
    let number = |name: &str| -> Option<i64> {
        annotations[format!("{NGINX}-{name}")]
            .as_str()?
            .parse()
            .ok()
    };
    let weight = number("weight").unwrap_or(0);
    let total = number("weight-total")
        .filter(|total| *total > 0)
        .unwrap_or(100);
    percent(weight, total)
}

/// The share of the new backend in the first rule that has several.
fn split(
    spec: &Value,
    rules: &str,
    backends: &str,
    name: fn(&Value) -> &Value,
) -> Option<(Option<i64>, Option<String>)> {
    let several = items(&spec[rules])
        .iter()
        .map(|rule| items(&rule[backends]))
        .find(|backends| backends.len() > 1)?;
    let weight = |backend: &Value| {
        // In an HTTPRoute an absent weight is 1, in a VirtualService 0.
        let absent = i64::from(backends == "backendRefs");
        backend["weight"].as_i64().unwrap_or(absent)
    };
    let is_new = |backend: &&Value| {
        name(backend)
            .as_str()
            .is_some_and(|name| name.contains("canary"))
    };
    let new = several.iter().find(is_new).or_else(|| several.last())?;
    let total: i64 = several.iter().map(weight).sum();
    let share = percent(weight(new), total)?;
    Some((Some(share), name(new).as_str().map(str::to_owned)))
}

fn percent(weight: i64, total: i64) -> Option<i64> {
    weight.checked_mul(100)?.checked_div(total)
}

#[cfg(test)]
mod tests {
    use super::{nginx, rollout, split};
    use serde_json::json;

    #[test]
    fn the_weight_of_a_rollout_is_what_was_set_last() {
        let spec = json!({"strategy": {"canary": {"steps": [
            {"setWeight": 5}, {"pause": {}}, {"setWeight": 25}, {"pause": {}}]}}});
        for (status, wanted) in [
            (
                json!({"currentStepIndex": 0, "stableRS": "a", "currentPodHash": "b"}),
                0,
            ),
            (
                json!({"currentStepIndex": 1, "stableRS": "a", "currentPodHash": "b"}),
                5,
            ),
            (
                json!({"currentStepIndex": 3, "stableRS": "a", "currentPodHash": "b"}),
                25,
            ),
            (
                json!({"currentStepIndex": 4, "stableRS": "a", "currentPodHash": "b"}),
                100,
            ),
            (
                json!({"currentStepIndex": 1, "stableRS": "b", "currentPodHash": "b"}),
                100,
            ),
            (
                json!({"currentStepIndex": 3, "stableRS": "a", "currentPodHash": "b",
                    "canary": {"weights": {"canary": {"weight": 10}}}}),
                10,
            ),
        ] {
            assert_eq!(rollout(&spec, &status), Some(Some(wanted)), "{status}");
        }
        assert_eq!(rollout(&spec, &json!({})), Some(None), "no state yet");
        let other = json!({"strategy": {"blueGreen": {}}});
        assert_eq!(rollout(&other, &json!({})), None);
    }

    #[test]
    fn shares_of_ingress_route_and_virtual_service() {
        let annotations = |weight: &str, total: &str| {
            json!({
                "nginx.ingress.kubernetes.io/canary": "true",
                "nginx.ingress.kubernetes.io/canary-weight": weight,
                "nginx.ingress.kubernetes.io/canary-weight-total": total,
            })
        };
        assert_eq!(nginx(&annotations("25", "")), Some(25));
        assert_eq!(nginx(&annotations("25", "1000")), Some(2));
        assert_eq!(nginx(&json!({})), None);
        let route = json!({"rules": [{"backendRefs": [{"name": "a"}]}, {"backendRefs": [
            {"name": "api-canary", "weight": 1}, {"name": "api", "weight": 3}]}]});
        let found = split(&route, "rules", "backendRefs", |backend| &backend["name"]);
        assert_eq!(found, Some((Some(25), Some("api-canary".into()))));
        let whole = json!({"rules": [{"backendRefs": [{"name": "api"}]}]});
        assert_eq!(
            split(&whole, "rules", "backendRefs", |backend| &backend["name"]),
            None
        );
    }
}
