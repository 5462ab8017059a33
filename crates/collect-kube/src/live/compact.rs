//! What is kept of an object: not who wrote which field, no second copy of it, no state that
//! nothing reads, and no value of a ConfigMap that does not look secret.

use crate::json::items;
use crate::secret_like::looks_secret;
use crate::value::Value;

/// Annotations that repeat the object, secrets and all.
const COPIES: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    "control-plane.alpha.kubernetes.io/leader",
];

/// The ConfigMap in which the cluster autoscaler says how it is.
pub(super) const AUTOSCALER_STATUS: &str = "cluster-autoscaler-status";

/// What controllers of the cluster make by themselves: their makers are judged.
const MADE: &[(&str, &str)] = &[
    ("ReplicaSet", "apps/"),
    ("StatefulSet", "apps/"),
    ("DaemonSet", "apps/"),
    ("Deployment", "apps/"),
    ("ReplicationController", "v1"),
    ("Job", "batch/"),
    ("CronJob", "batch/"),
    ("Rollout", "argoproj.io/"),
    ("ScaledObject", "keda.sh/"),
];

/// Says in an object's own fields whether whoever applied it set `spec.replicas`: `set`, `left`, or
/// `unknown`. Its value alone does not tell, since the server and autoscalers fill it in.
pub(super) const REPLICAS: &str = "seaworthy/replicas";

/// A workload whose number of replicas may be an autoscaler's.
pub(super) fn scalable(mut object: Value) -> Option<Value> {
    let stated = replicas(&object["metadata"]);
    trim_metadata(&mut object);
    object.as_object_mut()?.insert(REPLICAS, stated.into());
    Some(object)
}

/// Who applies on the client leaves what was applied, and who applies on the server owns the
/// fields that were.
fn replicas(metadata: &Value) -> &'static str {
    let said = |is_set: bool| if is_set { "set" } else { "left" };
    let copy = COPIES
        .iter()
        .find_map(|name| metadata["annotations"][*name].as_str());
    if let Some(copy) = copy.and_then(|copy| serde_json::from_str::<serde_json::Value>(copy).ok()) {
        return said(!copy["spec"]["replicas"].is_null());
    }
    let mut applied = items(&metadata["managedFields"])
        .iter()
        .filter(|entry| entry["operation"].as_str() == Some("Apply"))
        .filter(|entry| entry["subresource"].as_str().is_none_or(str::is_empty))
        .peekable();
    if applied.peek().is_none() {
        return "unknown";
    }
    said(applied.any(|entry| !entry["fieldsV1"]["f:spec"]["f:replicas"].is_null()))
}

/// An object without what nothing reads.
pub(super) fn whole(mut object: Value) -> Option<Value> {
    trim_metadata(&mut object);
    Some(object)
}

/// A pod; of one that a controller made, only what tells how that is doing.
pub(super) fn pod(mut pod: Value) -> Option<Value> {
    trim_metadata(&mut pod);
    if made_by(&pod).is_none() {
        return Some(pod);
    }
    let statuses = |field: &str| -> Value {
        let all = items(&pod["status"][field]).iter();
        all.map(|status| some(status, &["name", "image", "imageID", "ready"]))
            .collect()
    };
    let ready: Value = items(&pod["status"]["conditions"])
        .iter()
        .filter(|condition| condition["type"].as_str() == Some("Ready"))
        .cloned()
        .collect();
    let metadata = &[
        "name",
        "namespace",
        "uid",
        "labels",
        "ownerReferences",
        "deletionTimestamp",
    ];
    let status = Value::object([
        ("phase", pod["status"]["phase"].clone()),
        ("conditions", ready),
        ("containerStatuses", statuses("containerStatuses")),
        ("initContainerStatuses", statuses("initContainerStatuses")),
    ]);
    Some(Value::object([
        ("metadata", some(&pod["metadata"], metadata)),
        ("spec", some(&pod["spec"], &["nodeName"])),
        ("status", status),
    ]))
}

/// Some fields of a mapping, those that are there.
fn some(value: &Value, fields: &[&str]) -> Value {
    let found = fields.iter();
    let found = found.filter_map(|field| Some((*field, value.get(field)?.clone())));
    Value::object(found)
}

/// A ReplicaSet or a Job; of one that a controller made, only whose it is.
pub(super) fn made(mut object: Value) -> Option<Value> {
    trim_metadata(&mut object);
    if made_by(&object).is_none() {
        return Some(object);
    }
    let fields = ["name", "namespace", "uid", "ownerReferences"];
    Some(Value::object([(
        "metadata",
        some(&object["metadata"], &fields),
    )]))
}

/// A ConfigMap, with only those values that look secret.
pub(super) fn config_map(mut object: Value) -> Option<Value> {
    trim_metadata(&mut object);
    let is_state = object["metadata"]["name"].as_str() == Some(AUTOSCALER_STATUS);
    if let Some(data) = object.get_mut("data").and_then(Value::as_object_mut)
        && !is_state
    {
        for (key, value) in data.iter_mut() {
            if !value.as_str().is_some_and(|text| looks_secret(key, text)) {
                *value = Value::from("");
            }
        }
    }
    if let Some(data) = object.get_mut("binaryData").and_then(Value::as_object_mut) {
        data.iter_mut()
            .for_each(|(_, value)| *value = Value::from(""));
    }
    Some(object)
}

/// A volume claim: which class it asks for.
pub(super) fn claim(object: Value) -> Option<Value> {
    Some(Value::object([
        (
            "metadata",
            some(&object["metadata"], &["name", "namespace", "uid"]),
        ),
        ("spec", some(&object["spec"], &["storageClassName"])),
    ]))
}

/// An event: of what, when, and in which words.
pub(super) fn event(object: Value) -> Option<Value> {
    let mut event = some(
        &object,
        &[
            "metadata",
            "involvedObject",
            "message",
            "eventTime",
            "lastTimestamp",
            "series",
        ],
    );
    let metadata = ["name", "namespace", "uid", "creationTimestamp"];
    let metadata = some(&object["metadata"], &metadata);
    event.as_object_mut()?.insert("metadata", metadata);
    Some(event)
}

/// A node without the list of images that it holds.
pub(super) fn node(mut object: Value) -> Option<Value> {
    trim_metadata(&mut object);
    if let Some(status) = object.get_mut("status").and_then(Value::as_object_mut) {
        status.retain(|field, _| matches!(field, "conditions" | "nodeInfo"));
    }
    Some(object)
}

/// An Argo CD Application, whose state repeats everything that it manages.
pub(super) fn application(mut object: Value) -> Option<Value> {
    trim_metadata(&mut object);
    if let Some(status) = object.get_mut("status").and_then(Value::as_object_mut) {
        status.retain(|field, _| matches!(field, "sync" | "health" | "conditions"));
    }
    Some(object)
}

/// The controller that made an object, where it is one whose own objects are read.
pub(super) fn made_by(object: &Value) -> Option<&Value> {
    controller(object).filter(|owner| {
        let word = |field: &str| owner[field].as_str().unwrap_or_default();
        MADE.iter()
            .any(|(kind, version)| word("kind") == *kind && word("apiVersion").starts_with(version))
    })
}

/// The owner reference that manages an object.
pub(super) fn controller(object: &Value) -> Option<&Value> {
    items(&object["metadata"]["ownerReferences"])
        .iter()
        .find(|owner| owner["controller"].as_bool() == Some(true))
}

pub(super) fn trim_metadata(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    metadata.remove("managedFields");
    if let Some(annotations) = metadata
        .get_mut("annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.retain(|name, _| !COPIES.contains(&name));
    }
}

#[cfg(test)]
mod tests {
    use crate::value::json;

    #[test]
    fn nothing_secret_stays_of_what_is_not_judged_by_its_value() {
        let object = json!({
            "metadata": {
                "name": "a",
                "managedFields": [{"manager": "x"}],
                "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": "{\"hunter2\":1}",
                    "keep": "1",
                },
            },
            "data": {"motd": "a long text about hunter2"},
        });
        let kept = super::config_map(object).unwrap().to_string();
        assert!(
            !kept.contains("hunter2") && !kept.contains("manager"),
            "{kept}"
        );
        assert!(kept.contains("keep") && kept.contains("motd"), "{kept}");
    }

    #[test]
    fn whether_replicas_were_set_is_told_by_who_applied_them() {
        let copy = |text: &str| json!({"annotations": {"kubectl.kubernetes.io/last-applied-configuration": text}});
        let owned = |operation: &str, fields: super::Value| json!({"managedFields": [{"operation": operation, "fieldsV1": {"f:spec": fields}}]});
        for (metadata, wanted) in [
            (copy("{\"spec\": {\"replicas\": 3}}"), "set"),
            (copy("{\"spec\": {}}"), "left"),
            (owned("Apply", json!({"f:replicas": {}})), "set"),
            (owned("Apply", json!({"f:template": {}})), "left"),
            // The server's default is booked on whoever created the object.
            (owned("Update", json!({"f:replicas": {}})), "unknown"),
            (json!({}), "unknown"),
        ] {
            assert_eq!(super::replicas(&metadata), wanted, "{metadata}");
        }
    }

    #[test]
    fn of_a_made_pod_stays_whose_it_is_and_how_it_does() {
        let owner = |kind: &str, version: &str| {
            json!({"metadata": {"name": "a", "ownerReferences": [
                {"kind": kind, "apiVersion": version, "name": "o", "uid": "u", "controller": true}]},
                "spec": {"nodeName": "n", "containers": [{"name": "c"}]}})
        };
        let made = super::pod(owner("ReplicaSet", "apps/v1")).unwrap();
        assert!(made["spec"]["containers"].is_null() && made["spec"]["nodeName"] == "n");
        // A controller that is not read cannot stand for its pods.
        let foreign = super::pod(owner("StrimziPodSet", "core.strimzi.io/v1")).unwrap();
        assert!(foreign["spec"]["containers"].is_array());
    }
}
