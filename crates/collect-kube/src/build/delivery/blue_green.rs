//! Two versions beside each other, of which one gets all traffic.

use crate::build::Draft;
use crate::build::kinds::SERVICES;
use crate::build::workload::{Pods, Running};
use crate::facts::{BlueGreen, Side};
use crate::inventory::Inventory;
use crate::json::{is_set, is_true, items, pairs, text};
use crate::object::{Object, Origin};
use crate::selector::Selector;
use crate::value::Value;
use std::collections::BTreeMap;

/// The label by which Argo Rollouts leads a Service to one ReplicaSet.
const HASH: &str = "rollouts-pod-template-hash";
const NO_STATE: &str = "no state tells how many of its pods are available";

pub(super) fn facts(inventory: &Inventory, pods: &Pods<'_>) -> Vec<Draft> {
    let of = |kind: &'static str, group: &'static str| {
        let in_group = move |object: &&Object| object.group() == group;
        inventory.of_kind(kind).filter(in_group)
    };
    let argo = of("Rollout", "argoproj.io").filter_map(|object| argo(object, inventory));
    let flagger = of("Canary", "flagger.app").filter_map(|object| flagger(object, inventory));
    let mut drafts: Vec<Draft> = argo.chain(flagger).collect();
    drafts.extend(super::colours::facts(inventory, pods));
    drafts
}

/// A draft in which whatever no state tells is unknown.
pub(super) fn draft(object: &Object, fact: &BlueGreen, inventory: &Inventory) -> Draft {
    let mut unknown = BTreeMap::new();
    let sides = [
        ("active", Some(&fact.active)),
        ("preview", fact.preview.as_ref()),
    ];
    for (field, side) in sides {
        if side.is_some_and(|side| side.ready.is_none()) {
            unknown.insert(format!("{field}.ready"), NO_STATE.to_owned());
        }
    }
    let mut draft = Draft::new("blue_green", fact.reference.clone(), fact)
        .about(object)
        .of(&object.value)
        .unknown(unknown);
    for (field, side) in sides {
        if side.is_some_and(|side| !side.service_found || !side.selects) {
            let fields = [format!("{field}.service_found"), format!("{field}.selects")];
            let fields = fields.each_ref().map(String::as_str);
            draft = draft.unless_read(inventory, (SERVICES, &object.namespace), &fields);
        }
    }
    draft
}

/// The pods of a workload that are available; `None` in a manifest, which has no state.
pub(super) fn available(object: &Object) -> Option<i64> {
    let is_live = matches!(object.origin, Origin::Cluster { .. });
    let told = object.value["status"]["availableReplicas"].as_i64();
    // In a cluster the server leaves a number out for 0.
    told.or_else(|| is_live.then_some(0))
}

fn argo(object: &Object, inventory: &Inventory) -> Option<Draft> {
    let (spec, status) = (object.spec(), &object.value["status"]);
    let strategy = &spec["strategy"]["blueGreen"];
    if !is_set(strategy) {
        return None;
    }
    let state = &status["blueGreen"];
    let chosen = |field: &str| text(&state[field]);
    let (active, preview) = (chosen("activeSelector"), chosen("previewSelector"));
    let wanted = spec["replicas"].as_i64().unwrap_or(1);
    let ready = active.and(available(object));
    let active_side = Side {
        wanted,
        ready,
        ..argo_side(object, inventory, &strategy["activeService"], active)
    };
    let preview_side = text(&strategy["previewService"]).map(|_| {
        let side = argo_side(object, inventory, &strategy["previewService"], preview);
        // Once the newest version has all traffic, both Services lead to it.
        let is_waiting = preview.is_some() && preview != active;
        let wanted = match is_waiting {
            true => strategy["previewReplicaCount"].as_i64().unwrap_or(wanted),
            false => 0,
        };
        // `readyReplicas` are those of both sides, `availableReplicas` those of the active one
        // (argo-rollouts, rollout/bluegreen.go).
        let both = status["readyReplicas"].as_i64().unwrap_or(0);
        let ready = ready.map(|ready| if is_waiting { (both - ready).max(0) } else { 0 });
        Side {
            wanted,
            ready,
            ..side
        }
    });
    let aborted = is_true(&status["abort"]).then_some("the rollout was aborted");
    let degraded = (status["phase"].as_str() == Some("Degraded"))
        .then(|| text(&status["message"]).unwrap_or("Degraded"));
    let fact = BlueGreen {
        reference: object.reference(),
        engine: "argo_rollouts".to_owned(),
        active: active_side,
        preview: preview_side,
        failed: aborted.or(degraded).map(str::to_owned),
        phase: text(&status["phase"]).map(str::to_owned),
    };
    Some(draft(object, &fact, inventory))
}

/// One side of a Rollout: the Service, and whether it leads to the ReplicaSet that the Rollout's
/// state names.
fn argo_side(object: &Object, inventory: &Inventory, service: &Value, hash: Option<&str>) -> Side {
    let service = text(service).unwrap_or_default();
    let found = inventory.get("", "Service", &object.namespace, service);
    let labels = pairs(&object.spec()["template"]["metadata"]["labels"]);
    let selects = found.is_some_and(|found| {
        let mut selector = found.spec()["selector"].clone();
        let version = selector
            .as_object_mut()
            .and_then(|selector| selector.remove(HASH));
        let leads = hash.is_none_or(|hash| version.as_ref().and_then(Value::as_str) == Some(hash));
        leads && Selector::from_labels(&selector).matches(&labels)
    });
    Side {
        name: hash.unwrap_or(service).to_owned(),
        service: Some(service.to_owned()),
        service_found: found.is_some(),
        selects,
        wanted: 0,
        ready: None,
    }
}

/// Whether a Canary of Flagger goes by a number of checks and no weights, and then gives all traffic to
/// the new version.
pub(crate) fn switches_at_once(spec: &Value) -> bool {
    let analysis = &spec["analysis"];
    let by_weight = ["maxWeight", "stepWeight", "stepWeights"];
    is_set(&analysis["iterations"]) && !by_weight.iter().any(|field| is_set(&analysis[*field]))
}

/// A Canary without weights: Flagger waits for a number of checks and switches then. It keeps a
/// copy of the target under the name `…-primary`, and makes the Services `…-primary` and
/// `…-canary` itself.
fn flagger(object: &Object, inventory: &Inventory) -> Option<Draft> {
    let (spec, status) = (object.spec(), &object.value["status"]);
    if !switches_at_once(spec) {
        return None;
    }
    let target = text(&spec["targetRef"]["name"])?;
    let service = text(&spec["service"]["name"]).unwrap_or(target);
    let kind = text(&spec["targetRef"]["kind"]).unwrap_or("Deployment");
    let is_live = matches!(object.origin, Origin::Cluster { .. });
    let side = |name: String, service: String| {
        let workload = inventory.get("apps", kind, &object.namespace, &name);
        let found = inventory.get("", "Service", &object.namespace, &service);
        let labels = workload.map(|w| pairs(&w.spec()["template"]["metadata"]["labels"]));
        Side {
            name,
            service: Some(service),
            service_found: found.is_some(),
            selects: found.zip(labels).is_some_and(|(found, labels)| {
                Selector::from_labels(&found.spec()["selector"]).matches(&labels)
            }),
            wanted: workload.map_or(1, |w| w.spec()["replicas"].as_i64().unwrap_or(1)),
            ready: match workload {
                Some(workload) => available(workload),
                None => is_live.then_some(0),
            },
        }
    };
    let failed = status["phase"].as_str() == Some("Failed");
    let fact = BlueGreen {
        reference: object.reference(),
        engine: "flagger".to_owned(),
        active: side(format!("{target}-primary"), format!("{service}-primary")),
        preview: Some(side(target.to_owned(), format!("{service}-canary"))),
        failed: failed.then(|| last_message(status)),
        phase: text(&status["phase"]).map(str::to_owned),
    };
    let mut draft = draft(object, &fact, inventory);
    if !is_live {
        for field in ["service_found", "selects", "ready"] {
            for side in ["active", "preview"] {
                let path = format!("{side}.{field}");
                crate::build::leave_out(&mut draft.value, &path);
                let why = "Flagger makes it in the cluster".to_owned();
                draft.unknown.insert(path, why);
            }
        }
    }
    Some(draft)
}

fn last_message(status: &Value) -> String {
    let told = items(&status["conditions"])
        .iter()
        .find_map(|condition| text(&condition["message"]));
    told.unwrap_or("Failed").to_owned()
}

/// A workload as a side, selected by a Service.
pub(super) fn side_of(running: &Running<'_>, service: Option<&Object>) -> Side {
    Side {
        name: running.reference.clone(),
        service: service.map(|service| service.name.clone()),
        service_found: service.is_some(),
        selects: service.is_some(),
        wanted: running.object.spec()["replicas"].as_i64().unwrap_or(1),
        ready: available(running.object),
    }
}
