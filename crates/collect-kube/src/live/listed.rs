//! A listed object as one of the inventory.

use super::gather::Found;
use super::resources::Scope;
use super::{compact, secrets};
use crate::object::{Object, Origin};

/// Fields of ours that stand beside those of the object.
pub(super) const MARKS: [&str; 2] = [secrets::MARK, compact::REPLICAS];

/// The object as one of the inventory, with the kind that its list has once for all.
pub(super) fn object(found: Found) -> Option<Object> {
    let Found {
        resource,
        version,
        mut value,
    } = found;
    let word = |field: &str| value["metadata"][field].as_str().map(str::to_owned);
    let namespace = match resource.scope {
        Scope::Cluster => String::new(),
        Scope::Namespaced => word("namespace")?,
    };
    let origin = Origin::Cluster {
        uid: word("uid").unwrap_or_default(),
        resource_version: word("resourceVersion").unwrap_or_default(),
    };
    let fields = value.as_object_mut()?;
    for mark in MARKS {
        fields.remove(mark);
    }
    let api_version = if resource.group.is_empty() {
        version
    } else {
        format!("{}/{version}", resource.group)
    };
    fields.insert("apiVersion", api_version.as_str().into());
    fields.insert("kind", resource.kind.into());
    let mut object = Object::new(value, origin).ok()?;
    object.namespace = namespace;
    Some(object)
}
