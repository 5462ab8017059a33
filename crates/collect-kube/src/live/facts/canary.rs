//! `canary`: how much traffic a new version gets, by whatever splits it.

use super::{draft_of, number, reference};
use crate::build::{Draft, switches_at_once};
use crate::json::items;
use crate::live::gather::Found;
use crate::value::Value;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A split of traffic: an Argo Rollout, a Flagger Canary, an Ingress of ingress-nginx with canary
/// annotations, an HTTPRoute, GRPCRoute or Istio VirtualService with several weighted backends.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(super) struct Canary {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    reference: String,
    /// The kind that splits.
    kind: String,
    /// It goes by shares; `false` for blue-green, which switches all traffic at once.
    stepwise: bool,
    /// The share of the new version, in percent, rounded down. Of several backends the new one is
    /// the only one that is called `canary` or `preview`, else the other one beside a `stable` or
    /// `primary`. Unknown where nothing tells which is the new one, where the rules of one route
    /// differ, and before the tool has written any state.
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<i64>,
    /// The backend or version that gets it, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<String>,
    /// The state in the words of the tool, such as `Paused` or `Succeeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<String>,
    /// The new version has been taken back and gets no traffic: the rollout was aborted and the
    /// stable version has all of it, Flagger has failed it, or the named backend has no share.
    /// Unknown where a rollout has settled on one version, since nothing tells which one it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<bool>,
}

/// A share that is known, or why it is not.
type Known<T> = Result<T, &'static str>;

const NO_STATE: &str = "nothing has been written yet on how traffic is split";
const SETTLED: &str = "the rollout has settled on one version, and nothing tells which one it is";
const NGINX: &str = "nginx.ingress.kubernetes.io/canary";

pub(super) fn facts(objects: &[Found]) -> Vec<Draft> {
    objects.iter().filter_map(fact).collect()
}

fn fact(found: &Found) -> Option<Draft> {
    let (spec, status) = (&found.value["spec"], &found.value["status"]);
    let mut fact = Canary {
        reference: reference(found),
        kind: found.resource.kind.to_owned(),
        stepwise: true,
        phase: status["phase"].as_str().map(str::to_owned),
        ..Canary::default()
    };
    let (weight, withdrawn) = match found.resource.kind {
        "Rollout" => {
            let strategy = &spec["strategy"];
            fact.stepwise = strategy["blueGreen"].is_null();
            let weight = if fact.stepwise {
                rollout(spec, status)?
            } else {
                blue_green(status)
            };
            (weight, taken_back(status, weight))
        }
        "Canary" => {
            fact.stepwise = !switches_at_once(spec);
            let weight = flagger(status);
            (
                weight,
                weight.map(|weight| weight == 0 && fact.phase.as_deref() == Some("Failed")),
            )
        }
        "Ingress" => {
            let annotations = &found.value["metadata"]["annotations"];
            let weight = Ok(nginx(annotations)?);
            // A header or a cookie still leads to it, whatever the weight is.
            let chosen = ["by-header", "by-cookie"]
                .iter()
                .any(|by| !annotations[format!("{NGINX}-{by}").as_str()].is_null());
            (weight, weight.map(|weight| weight == 0 && !chosen))
        }
        kind => {
            let (weight, backend) = by_weights(kind, spec)?;
            fact.backend = backend;
            (weight, weight.map(|weight| weight == 0))
        }
    };
    let mut unknown = BTreeMap::new();
    for (field, why) in [("weight", weight.err()), ("withdrawn", withdrawn.err())] {
        unknown.extend(why.map(|why| (field.to_owned(), why.to_owned())));
    }
    fact.weight = weight.ok();
    fact.withdrawn = withdrawn.ok();
    Some(draft_of("canary", found, &fact, unknown))
}

/// The weight that the traffic router confirms, else that of the steps done; `None` where the
/// strategy is none of shares.
fn rollout(spec: &Value, status: &Value) -> Option<Known<i64>> {
    let strategy = &spec["strategy"]["canary"];
    if !strategy.is_object() {
        return None;
    }
    if status["currentPodHash"].is_null() {
        return Some(Err(NO_STATE));
    }
    let is_done = status["stableRS"] == status["currentPodHash"];
    if let Some(weight) = status["canary"]["weights"]["canary"]["weight"].as_i64()
        && !is_done
    {
        return Some(Ok(weight));
    }
    // An abort sets every step back.
    if !is_done && status["abort"].as_bool() == Some(true) {
        return Some(Ok(0));
    }
    let steps = items(&strategy["steps"]);
    let done = usize::try_from(number(&status["currentStepIndex"])).unwrap_or(0);
    if is_done || done >= steps.len() {
        return Some(Ok(100));
    }
    let mut set = steps.iter().take(done).rev();
    Some(Ok(set
        .find_map(|step| step["setWeight"].as_i64())
        .unwrap_or(0)))
}

/// All or nothing: whether the active Service selects the newest ReplicaSet.
fn blue_green(status: &Value) -> Known<i64> {
    let newest = status["currentPodHash"].as_str().ok_or(NO_STATE)?;
    let active = status["blueGreen"]["activeSelector"]
        .as_str()
        .ok_or(NO_STATE)?;
    Ok(if active == newest { 100 } else { 0 })
}

/// Whether a rollout has gone back to its stable version. One that was undone by applying the old
/// version again is a rollout like any other, whose new version is the old one.
fn taken_back(status: &Value, weight: Known<i64>) -> Known<bool> {
    let weight = weight?;
    if status["stableRS"] == status["currentPodHash"] {
        return Err(SETTLED);
    }
    Ok(weight == 0 && status["abort"].as_bool() == Some(true))
}

fn flagger(status: &Value) -> Known<i64> {
    // Once it has succeeded, all traffic goes to the new version, under the primary's name.
    match status["phase"].as_str().ok_or(NO_STATE)? {
        "Succeeded" => Ok(100),
        "Promoting" | "Finalising" => {
            Err("the new version is taking the primary's place, and both names get traffic")
        }
        _ => Ok(number(&status["canaryWeight"])),
    }
}

fn nginx(annotations: &Value) -> Option<i64> {
    if annotations[NGINX].as_str() != Some("true") {
        return None;
    }
    let number = |name: &str| -> Option<i64> {
        annotations[format!("{NGINX}-{name}").as_str()]
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

/// The backends of one rule, each with its name and weight.
type Backends<'v> = Vec<(&'v str, i64)>;

/// The share of the new backend of a route, and its name; `None` where no rule has several.
fn by_weights(kind: &str, spec: &Value) -> Option<(Known<i64>, Option<String>)> {
    let (rules, backends): (&Value, fn(&Value) -> Backends<'_>) = match kind {
        "HTTPRoute" | "GRPCRoute" => (&spec["rules"], |rule| {
            let all = items(&rule["backendRefs"]).iter();
            // An absent weight is 1 (gateway.networking.k8s.io, BackendRef).
            all.map(|one| (word(&one["name"]), one["weight"].as_i64().unwrap_or(1)))
                .collect()
        }),
        "VirtualService" => (&spec["http"], |rule| {
            let all = items(&rule["route"]);
            // One destination alone gets everything; among several an absent weight is 0.
            let absent = if all.len() == 1 { 100 } else { 0 };
            let one = |one: &'_ Value| one["weight"].as_i64().unwrap_or(absent);
            all.iter()
                .map(|route| (destination(&route["destination"]), one(route)))
                .collect()
        }),
        _ => return None,
    };
    shares(&items(rules).iter().map(backends).collect::<Vec<_>>())
}

fn destination(destination: &Value) -> &str {
    let subset = word(&destination["subset"]);
    if subset.is_empty() {
        word(&destination["host"])
    } else {
        subset
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One share for the whole route, where every rule that sends anybody to the new version gives it
/// the same.
fn shares(rules: &[Backends<'_>]) -> Option<(Known<i64>, Option<String>)> {
    let several = rules.iter().find(|backends| backends.len() > 1)?;
    let Some(new) = newer(several) else {
        let why = "no name tells which backend is the new version: call one of them canary";
        return Some((Err(why), None));
    };
    let share_of = |backends: &Backends<'_>| {
        let of_new = backends.iter().filter(|(name, _)| *name == new);
        let total = backends.iter().map(|(_, weight)| weight).sum();
        percent(of_new.map(|(_, weight)| weight).sum(), total)
    };
    let found: BTreeSet<i64> = rules
        .iter()
        .filter(|backends| backends.len() > 1 || backends.iter().any(|(name, _)| *name == new))
        .filter_map(share_of)
        .collect();
    let mut found = found.into_iter();
    let share = match (found.next(), found.next()) {
        (Some(share), None) => Ok(share),
        (None, _) => Err("every weight is 0, so that nobody gets an answer"),
        (Some(_), Some(_)) => Err("its rules give the new version different shares"),
    };
    Some((share, Some(new.to_owned())))
}

/// The backend that the names tell to be the new one.
fn newer<'v>(backends: &Backends<'v>) -> Option<&'v str> {
    let called = |words: [&str; 2]| -> Vec<&'v str> {
        let all = backends.iter().map(|(name, _)| *name);
        all.filter(|name| words.iter().any(|word| name.contains(word)))
            .collect()
    };
    if let [only] = called(["canary", "preview"]).as_slice() {
        return Some(only);
    }
    match (
        called(["stable", "primary"]).as_slice(),
        backends.as_slice(),
    ) {
        ([old], [(first, _), (second, _)]) => Some(if old == first { second } else { first }),
        _ => None,
    }
}

fn percent(weight: i64, total: i64) -> Option<i64> {
    weight.checked_mul(100)?.checked_div(total)
}

#[cfg(test)]
mod tests {
    use super::{blue_green, by_weights, nginx, rollout, taken_back};
    use crate::value::json;

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
            (
                json!({"currentStepIndex": 3, "stableRS": "a", "currentPodHash": "b", "abort": true}),
                0,
            ),
        ] {
            assert_eq!(rollout(&spec, &status), Some(Ok(wanted)), "{status}");
        }
        assert!(rollout(&spec, &json!({})).unwrap().is_err(), "no state yet");
        let other = json!({"strategy": {"blueGreen": {}}});
        assert_eq!(rollout(&other, &json!({})), None);
    }

    #[test]
    fn what_was_taken_back_is_told_by_an_abort_alone() {
        let status = |current: &str, active: &str, abort: bool| {
            json!({"stableRS": "old", "currentPodHash": current, "abort": abort,
                "blueGreen": {"activeSelector": active}})
        };
        let check = |status: super::Value, weight: i64, withdrawn: Option<bool>| {
            assert_eq!(blue_green(&status), Ok(weight), "{status}");
            assert_eq!(taken_back(&status, Ok(weight)).ok(), withdrawn, "{status}");
        };
        check(status("new", "old", true), 0, Some(true));
        check(status("new", "old", false), 0, Some(false));
        check(status("new", "new", true), 100, Some(false));
        // Whether the old or the new version is the one that has settled, nothing tells.
        check(status("old", "old", false), 100, None);
        assert!(blue_green(&json!({})).is_err());
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
        let backend = |name: &str, weight: i64| json!({"name": name, "weight": weight});
        let route = |rules: super::Value| {
            let rules: Vec<_> = rules
                .as_array()
                .unwrap()
                .iter()
                .map(|refs| json!({"backendRefs": refs}))
                .collect();
            by_weights("HTTPRoute", &json!({"rules": rules}))
        };
        let (canary, old) = (backend("api-canary", 1), backend("api", 3));
        for (rules, wanted) in [
            // What goes to the old version alone does not count.
            (json!([[old], [canary, old]]), Some(Some(25))),
            (json!([[canary, old], [canary, old]]), Some(Some(25))),
            (json!([[old]]), None),
            // Some paths see more of it than others.
            (json!([[canary, old], [canary, canary, old]]), Some(None)),
            (json!([[canary, old], [canary]]), Some(None)),
            // Which of the two is the new one?
            (json!([[backend("v2", 95), backend("v1", 5)]]), Some(None)),
            (
                json!([[backend("stable", 95), backend("v2", 5)]]),
                Some(Some(5)),
            ),
            (
                json!([[backend("canary", 0), backend("api", 0)]]),
                Some(None),
            ),
        ] {
            let found = route(rules.clone()).map(|(share, _)| share.ok());
            assert_eq!(found, wanted, "{rules}");
        }
        let to = |subset: &str| json!({"destination": {"host": "api", "subset": subset}});
        let istio = |routes| by_weights("VirtualService", &json!({"http": [{"route": routes}]}));
        let mut canary = to("canary");
        canary["weight"] = json!(20);
        let mut stable = to("stable");
        stable["weight"] = json!(80);
        let found = istio(json!([stable, canary])).unwrap();
        assert_eq!(found, (Ok(20), Some("canary".to_owned())));
        assert_eq!(istio(json!([to("canary")])), None, "nothing is split");
    }
}
