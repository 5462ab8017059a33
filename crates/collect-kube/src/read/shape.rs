//! The types of the fields that facts are read from. An object in which one of them has another
//! type is refused by Kubernetes, and reading it as if the field were absent could pass it.

use crate::cidr;
use crate::json::items;
use crate::object::Object;
use crate::pods::{self, Pods};
use crate::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Flag,
    Whole,
    Text,
    List,
    Mapping,
}

/// Fields by their names, wherever they stand; Kubernetes uses each with one type only, but for
/// the free mappings below, which are left out. Sorted.
const FIELDS: &[(&str, Wanted)] = &[
    ("add", Wanted::List),
    ("allowPrivilegeEscalation", Wanted::Flag),
    ("apiGroups", Wanted::List),
    ("appArmorProfile", Wanted::Mapping),
    ("automountServiceAccountToken", Wanted::Flag),
    ("averageUtilization", Wanted::Whole),
    ("capabilities", Wanted::Mapping),
    ("containers", Wanted::List),
    ("drop", Wanted::List),
    ("egress", Wanted::List),
    ("env", Wanted::List),
    ("ephemeralContainers", Wanted::List),
    ("hostIPC", Wanted::Flag),
    ("hostNetwork", Wanted::Flag),
    ("hostPID", Wanted::Flag),
    ("hostPort", Wanted::Whole),
    ("hostProcess", Wanted::Flag),
    ("hostUsers", Wanted::Flag),
    ("image", Wanted::Text),
    ("initContainers", Wanted::List),
    ("initialDelaySeconds", Wanted::Whole),
    ("livenessProbe", Wanted::Mapping),
    ("matchExpressions", Wanted::List),
    ("matchLabels", Wanted::Mapping),
    ("maxReplicas", Wanted::Whole),
    ("metadata", Wanted::Mapping),
    ("minReplicas", Wanted::Whole),
    ("namespaceSelector", Wanted::Mapping),
    ("podSelector", Wanted::Mapping),
    ("policyTypes", Wanted::List),
    ("privileged", Wanted::Flag),
    ("readOnlyRootFilesystem", Wanted::Flag),
    ("readinessProbe", Wanted::Mapping),
    ("replicas", Wanted::Whole),
    ("requests", Wanted::Mapping),
    ("runAsNonRoot", Wanted::Flag),
    ("runAsUser", Wanted::Whole),
    ("seLinuxOptions", Wanted::Mapping),
    ("seccompProfile", Wanted::Mapping),
    ("secretName", Wanted::Text),
    ("securityContext", Wanted::Mapping),
    ("serviceAccountName", Wanted::Text),
    ("startupProbe", Wanted::Mapping),
    ("verbs", Wanted::List),
    ("volumes", Wanted::List),
];

/// Mappings whose keys the user chooses.
const FREE: &[&str] = &[
    "labels",
    "annotations",
    "matchLabels",
    "nodeSelector",
    "data",
    "stringData",
    "binaryData",
    "limits",
    "requests",
    "hard",
    "selector",
    "parameters",
];

/// The API groups whose objects facts are read from; other objects may use the same names for
/// other things.
const GROUPS: &[&str] = &[
    "apps",
    "extensions",
    "batch",
    "autoscaling",
    "policy",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
];

/// Checks the types of an object's fields; `Err` names the first that does not fit.
pub(crate) fn check(object: &Value) -> Result<(), String> {
    let version = object["apiVersion"].as_str().unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    if !group.is_empty() && !GROUPS.contains(&group) {
        return Ok(());
    }
    walk(object, &mut Vec::new())
}

/// Checks the pods of an object of any other group.
pub(crate) fn check_pods(object: &Object) -> Result<(), String> {
    match pods::pods(object) {
        Pods::None | Pods::Missing => Ok(()),
        Pods::Templates(templates) => templates
            .iter()
            .try_for_each(|pod| walk(pod.template, &mut Vec::new())),
    }
}

fn walk<'a>(value: &'a Value, path: &mut Vec<&'a str>) -> Result<(), String> {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                path.push(key);
                if let Some(wanted) = wanted(key)
                    && !wanted.fits(inner)
                    && !is_volume_source(key, path)
                {
                    let place = path.join(".");
                    return Err(format!("{place} wants {}", wanted.name()));
                }
                match key {
                    "ipBlock" => {
                        if let Some(fault) = cidr::fault(inner) {
                            return Err(format!("{}: {fault}", path.join(".")));
                        }
                    }
                    "matchLabels" | "matchExpressions" => selector(key, inner, path)?,
                    // A Service's selector is free, any other one a LabelSelector.
                    "selector" => {
                        for part in ["matchLabels", "matchExpressions"] {
                            path.push(part);
                            selector(part, &inner[part], path)?;
                            path.pop();
                        }
                    }
                    _ => {}
                }
                if !FREE.contains(&key) {
                    walk(inner, path)?;
                }
                path.pop();
            }
            Ok(())
        }
        Value::Array(list) => list.iter().try_for_each(|inner| walk(inner, path)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn wanted(key: &str) -> Option<Wanted> {
    let index = FIELDS.binary_search_by(|(name, _)| (*name).cmp(key));
    FIELDS.get(index.ok()?).map(|(_, wanted)| *wanted)
}

/// A volume can be made of an image, which is then described by a mapping.
fn is_volume_source(key: &str, path: &[&str]) -> bool {
    key == "image" && path.iter().rev().nth(1) == Some(&"volumes")
}

/// A label selector that Kubernetes refuses selects nothing that anybody could name. Node
/// selectors look alike and know other operators.
fn selector(key: &str, value: &Value, path: &[&str]) -> Result<(), String> {
    if path.contains(&"nodeAffinity") || value.is_string() {
        return Ok(());
    }
    let place = path.join(".");
    if key == "matchLabels" {
        let fits = value
            .as_object()
            .is_none_or(|map| map.values().all(Value::is_string));
        return if fits {
            Ok(())
        } else {
            Err(format!("{place} wants strings as values"))
        };
    }
    for expression in items(value) {
        let some = !items(&expression["values"]).is_empty();
        let operator = expression["operator"].as_str().unwrap_or_default();
        match (operator, some) {
            ("In" | "NotIn", true) | ("Exists" | "DoesNotExist", false) => {}
            ("In" | "NotIn", false) => {
                return Err(format!("{place} wants values with the operator {operator}"));
            }
            ("Exists" | "DoesNotExist", true) => {
                return Err(format!("{place} wants no values with {operator}"));
            }
            _ => {
                return Err(format!(
                    "{place} has the operator \"{operator}\"; In, NotIn, Exists or DoesNotExist wanted"
                ));
            }
        }
        if expression["key"].as_str().is_none_or(str::is_empty) {
            return Err(format!("{place} has an expression without a key"));
        }
    }
    Ok(())
}

impl Wanted {
    fn fits(self, value: &Value) -> bool {
        value.is_null()
            || match self {
                Self::Flag => value.is_boolean(),
                Self::Whole => value.is_i64(),
                Self::Text => value.is_string(),
                Self::List => value.is_array(),
                Self::Mapping => value.is_object(),
            }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Whole => "a whole number",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, check};
    use crate::value::json;

    #[test]
    fn the_table_is_sorted() {
        assert!(FIELDS.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn wrong_types_are_refused_and_free_mappings_left_alone() {
        let pod = |spec: super::Value| json!({"apiVersion": "v1", "kind": "Pod", "spec": spec});
        for (object, wanted) in [
            (pod(json!({"hostNetwork": true})), Ok(())),
            (pod(json!({"hostNetwork": null})), Ok(())),
            (
                pod(json!({"hostNetwork": "true"})),
                Err("spec.hostNetwork wants true or false"),
            ),
            (
                pod(json!({"containers": [{"securityContext": {"privileged": "yes"}}]})),
                Err("spec.containers.securityContext.privileged wants true or false"),
            ),
            (
                pod(json!({"containers": {}})),
                Err("spec.containers wants a list"),
            ),
            (pod(json!({"nodeSelector": {"image": 1}})), Ok(())),
            (
                pod(
                    json!({"podSelector": {"matchExpressions": [{"key": "a", "operator": "Like"}]}}),
                ),
                Err(
                    "spec.podSelector.matchExpressions has the operator \"Like\"; In, NotIn, Exists \
                     or DoesNotExist wanted",
                ),
            ),
            (
                pod(json!({"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}})),
                Err("spec.podSelector.matchExpressions wants values with the operator In"),
            ),
            (
                pod(json!({"podSelector": {"matchLabels": {"app": 1}}})),
                Err("spec.podSelector.matchLabels wants strings as values"),
            ),
            (
                pod(
                    json!({"nodeAffinity": {"matchExpressions": [{"key": "a", "operator": "Gt"}]}}),
                ),
                Ok(()),
            ),
            (
                json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"ingress": [
                    {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}}]}]}}),
                Err(
                    "spec.ingress.from.ipBlock: except 10.0.0.0/8 is no strict subset of 10.0.0.0/8",
                ),
            ),
            (
                json!({"apiVersion": "example.com/v1", "kind": "X", "spec": {"replicas": "many"}}),
                Ok(()),
            ),
        ] {
            assert_eq!(check(&object), wanted.map_err(str::to_owned), "{object}");
        }
    }
}
