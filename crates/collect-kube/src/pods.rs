//! Where an object carries a pod: by kind where Kubernetes fixes the place, by shape elsewhere.

use crate::json::{is_true, items};
use crate::object::Object;
use crate::value::Value;

/// A pod or a pod template within an object.
#[derive(Clone, Debug)]
pub(crate) struct PodTemplate<'a> {
    /// The mapping that holds `metadata` and `spec`.
    pub(crate) template: &'a Value,
    /// Where it stands in the object, dotted; empty for a Pod.
    pub(crate) path: String,
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
    let path: &[&str] = match (object.group(), object.kind.as_str()) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("", "ReplicationController")
        | ("batch", "Job") => &["spec", "template"],
        // Schemas and webhooks speak of pods without being any.
        ("apiextensions.k8s.io" | "admissionregistration.k8s.io", _) => return Pods::None,
        _ => return by_shape(value),
    };
    let template = path.iter().fold(value, |value, name| &value[*name]);
    if containers(template).is_some() {
        Pods::Templates(vec![PodTemplate {
            template,
            path: path.join("."),
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
    search(&value["spec"], "spec".to_owned(), DEPTH, &mut found);
    if found.is_empty() {
        Pods::None
    } else {
        Pods::Templates(found)
    }
}

fn search<'a>(value: &'a Value, path: String, depth: usize, found: &mut Vec<PodTemplate<'a>>) {
    if depth == 0 || found.len() >= MOST {
        return;
    }
    if is_template(value) {
        let first = found.is_empty();
        return found.push(PodTemplate {
            template: value,
            path,
            first,
        });
    }
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter().filter(|(_, inner)| holds_more(inner)) {
                search(inner, format!("{path}.{name}"), depth - 1, found);
            }
        }
        Value::Array(list) => {
            let elements = list.iter().enumerate();
            for (number, inner) in elements.filter(|(_, inner)| holds_more(inner)) {
                search(inner, format!("{path}[{number}]"), depth - 1, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn holds_more(value: &Value) -> bool {
    value.is_object() || value.is_array()
}
