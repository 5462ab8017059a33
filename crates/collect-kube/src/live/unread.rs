//! What could not be read is told, and is unknown in every subject that it could have changed.

use super::gather::Unread;
use crate::build::Draft;
use crate::inventory::Inventory;
use seaworthy_model::Unassessed;
use serde_json::Value;

/// Tells the joins of which kinds there may be more than was seen.
pub(super) fn tell(inventory: &mut Inventory, unread: &[Unread]) {
    for missed in unread {
        inventory.not_read(
            missed.resource.kind,
            missed.namespace.as_deref(),
            missed.trouble.detail.as_str(),
        );
    }
}

/// What is told of lists that were not read.
pub(super) fn unassessed(unread: &[Unread], target: &str, request: &str) -> Vec<Unassessed> {
    unread
        .iter()
        .map(|missed| Unassessed {
            target: target.to_owned(),
            request: request.to_owned(),
            kinds: missed
                .resource
                .subjects
                .iter()
                .map(|&kind| kind.to_owned())
                .collect(),
            reason: missed.trouble.reason,
            detail: missed.trouble.detail.clone(),
            location: None,
            attempts: missed.trouble.attempts.clone(),
        })
        .collect()
}

/// Marks what the form in which a Secret was read leaves open.
pub(super) fn mark_secret(draft: &mut Draft, unread: &str) {
    let mut mark = |field: &str, why: &str| {
        draft.unknown.insert(field.to_owned(), why.to_owned());
    };
    mark(
        "empty_keys",
        "values of Secrets are not read unless the target names them under `secrets`",
    );
    if unread == "keys" {
        mark(
            "keys",
            "the server's record of writes does not name every key; name the Secret under `secrets` to read it",
        );
    }
}

/// Says whether the target of an autoscaler was applied with a number of replicas.
pub(super) fn mark_replicas(draft: &mut Draft, stated: &str) {
    let field = "static_replicas";
    match (stated, draft.value.as_object_mut()) {
        ("set" | "left", Some(value)) => {
            value.insert(field.to_owned(), (stated == "set").into());
        }
        _ => {
            let why = "the cluster does not tell whether the replicas were applied or filled in: \
                       neither a copy of what was applied nor a server-side apply is recorded";
            draft.unknown.insert(field.to_owned(), why.to_owned());
        }
    }
}

/// Takes out of the value what is named as unknown: a fact holds no guess.
pub(super) fn take_out(draft: &mut Draft) {
    for why in draft.unknown.values_mut() {
        // The joins say it in the words of their first source.
        *why = why.replace(
            "is not among the manifests",
            "is not in the cluster, or was not seen",
        );
    }
    for path in draft.unknown.keys() {
        let steps: Vec<&str> = path.split('.').collect();
        remove(&mut draft.value, &steps);
    }
}

fn remove(value: &mut Value, steps: &[&str]) {
    let Some((step, rest)) = steps.split_first() else {
        return;
    };
    let Some(fields) = value.as_object_mut() else {
        return;
    };
    match step.strip_suffix("[]") {
        None if rest.is_empty() => {
            fields.remove(*step);
        }
        None => {
            if let Some(inner) = fields.get_mut(*step) {
                remove(inner, rest);
            }
        }
        Some(field) => {
            let list = fields.get_mut(field).and_then(Value::as_array_mut);
            for item in list.into_iter().flatten() {
                remove(item, rest);
            }
        }
    }
}

/// The namespace that a subject stands in; empty for what stands in none.
pub(super) fn namespace_of(draft: &Draft) -> &str {
    if draft.kind == "namespace" {
        return &draft.name;
    }
    let mut parts = draft.name.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        // An address has an empty part where a subject has its kind.
        (Some(namespace), Some(kind), Some(_)) if !kind.is_empty() => namespace,
        _ => "",
    }
}
