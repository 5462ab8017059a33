//! Where an object carries a pod: by kind where Kubernetes fixes the place, by shape elsewhere.

use crate::json::{is_true, items};
use crate::object::Object;
use serde_json::Value;

/// A pod or a pod template within an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PodTemplate<'a> {
    /// The mapping that holds `metadata` and `spec`.
    pub(crate) template: &'a Value,
    /// `true` for the first of an object; only a custom resource has several.
    pub(crate) first: bool,
}

/// What an object holds.
pub(crate) enum Pods<'a> {
    /// No workload.
    None,
    /// Its pod templates.
    Templates(Vec<PodTemplate<'a>>),
    /// A workload whose pod template is missing.
    Missing,
}

/// How deep a custom resource is searched.
const DEPTH: usize = 8;
/// The most templates of one object.
const MOST: usize = 32;

/// Finds the pod templates of an object.
pub(crate) fn pods(object: &Object) -> Pods<'_> {
    let value = &object.value;
    let template = match (object.group(), object.kind.as_str()) {
        ("", "Pod") => value,
        ("", "PodTemplate") => &value["template"],
        ("batch", "CronJob") => &value["spec"]["jobTemplate"]["spec"]["template"],
        ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("", "ReplicationController")
        | ("batch", "Job") => &value["spec"]["template"],
        // Schemas and webhooks speak of pods without being any.
        ("apiextensions.k8s.io" | "admissionregistration.k8s.io", _) => return Pods::None,
        _ => return by_shape(value),
    };
    if containers(template).is_some() {
        Pods::Templates(vec![PodTemplate {
            template,
            first: true,
        }])
    } else {
        Pods::Missing
    }
}

/// The object that controls this one, by its kind (owner references with `controller: true`).
pub(crate) fn owner(object: &Object) -> Option<&str> {
    items(&object.value["metadata"]["ownerReferences"])
        .iter()
        .find(|owner| is_true(&owner["controller"]))
        .and_then(|owner| owner["kind"].as_str())
}

/// The containers of a template, if it has any.
fn containers(template: &Value) -> Option<&[Value]> {
    template["spec"]["containers"]
        .as_array()
        .filter(|list| !list.is_empty() && list.iter().all(Value::is_object))
        .map(Vec::as_slice)
}

/// Where the kind says nothing, the containers must look like some.
fn is_template(value: &Value) -> bool {
    containers(value).is_some_and(|containers| containers.iter().all(is_container))
}

fn is_container(value: &Value) -> bool {
    value["name"].is_string() || value["image"].is_string()
}

fn by_shape(value: &Value) -> Pods<'_> {
    let mut found = Vec::new();
    search(&value["spec"], DEPTH, &mut found);
    if found.is_empty() {
        return Pods::None;
    }
    Pods::Templates(
        found
            .into_iter()
            .enumerate()
            .map(|(index, template)| PodTemplate {
                template,
                first: index == 0,
            })
            .collect(),
    )
}

fn search<'a>(value: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
    if depth == 0 || found.len() >= MOST {
        return;
    }
    if is_template(value) {
        found.push(value);
        return;
    }
    match value {
        Value::Object(map) => map
            .values()
            .for_each(|inner| search(inner, depth - 1, found)),
        Value::Array(list) => list
            .iter()
            .for_each(|inner| search(inner, depth - 1, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
