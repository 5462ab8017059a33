//! Roles and their bindings, each judged by itself.

use super::Draft;
use super::access::Accounts;
use super::bootstrap::Bootstrap;
use super::kinds::{ACCOUNTS, BINDINGS};
use crate::facts::{BindingSubject, Role, RoleBinding};
use crate::inventory::Inventory;
use crate::json::items;
use crate::object::Object;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Callers who did not say who they are.
const ANONYMOUS: &[&str] = &["system:anonymous", "system:unauthenticated"];
/// Everybody who did.
const EVERYBODY: &[&str] = &["system:authenticated", "system:serviceaccounts"];

pub(super) fn facts(inventory: &Inventory, accounts: &Accounts<'_>) -> Vec<Draft> {
    let of = |kind: &'static str| {
        let in_group = |object: &&Object| object.group() == RBAC;
        inventory.of_kind(kind).filter(in_group)
    };
    let bindings: Vec<&Object> = of("RoleBinding").chain(of("ClusterRoleBinding")).collect();
    let mut bound: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in &bindings {
        let names = bound.entry(Accounts::role_name(object)).or_default();
        names.push(object.reference());
    }
    let own = Bootstrap::read();
    let roles = of("Role").chain(of("ClusterRole"));
    let roles = roles.map(|object| role(object, inventory, (accounts, &own), &bound));
    let bindings = bindings
        .iter()
        .map(|object| binding(object, inventory, (accounts, &own)));
    roles.chain(bindings).collect()
}

fn role(
    object: &Object,
    inventory: &Inventory,
    (accounts, own): (&Accounts<'_>, &Bootstrap),
    bound: &BTreeMap<String, Vec<String>>,
) -> Draft {
    let reference = object.reference();
    let powers = accounts.powers_of_role(object);
    let fact = Role {
        name: object.name.clone(),
        cluster: object.kind == "ClusterRole",
        built_in: own.has_role(object, &powers),
        powers: powers.into_iter().collect(),
        aggregates: !object.value["aggregationRule"].is_null(),
        bindings: bound.get(&reference).cloned().unwrap_or_default(),
        reference: reference.clone(),
    };
    let draft = Draft::new("role", reference, &fact)
        .about(object)
        .of(&object.value)
        .unless_read(inventory, (BINDINGS, &object.namespace), &["bindings"]);
    if fact.aggregates {
        return draft.unless_read(inventory, (&["ClusterRole"], ""), &["powers"]);
    }
    draft
}

fn binding(
    object: &Object,
    inventory: &Inventory,
    (accounts, own): (&Accounts<'_>, &Bootstrap),
) -> Draft {
    let subjects: Vec<BindingSubject> = items(&object.value["subjects"])
        .iter()
        .map(|value| subject(value, object, inventory))
        .collect();
    let among = |known: &[&str]| -> Vec<String> {
        subjects
            .iter()
            .filter(|subject| subject.kind != "ServiceAccount")
            .map(|subject| subject.name.clone())
            .filter(|name| known.contains(&name.as_str()))
            .collect()
    };
    let powers = accounts.powers_of_binding(object);
    let reference = object.reference();
    let mut unknown = BTreeMap::new();
    if let Err(why) = &powers {
        unknown.insert("powers".to_owned(), why.clone());
    }
    let fact = RoleBinding {
        reference: reference.clone(),
        name: object.name.clone(),
        cluster_wide: object.kind == "ClusterRoleBinding",
        built_in: own.has_binding(object, &Accounts::role_name(object)),
        role: Accounts::role_name(object),
        role_found: powers.is_ok(),
        anonymous: among(ANONYMOUS),
        everybody: among(EVERYBODY),
        powers: powers
            .ok()
            .map(|powers: BTreeSet<String>| powers.into_iter().collect()),
        subjects,
    };
    let mut draft = Draft::new("role_binding", reference, &fact)
        .about(object)
        .of(&object.value)
        .unknown(unknown)
        .unless_read(inventory, (ACCOUNTS, &object.namespace), &["subjects"]);
    if !fact.role_found {
        let kinds = &["Role", "ClusterRole"];
        draft = draft.unless_read(inventory, (kinds, &object.namespace), &["role_found"]);
    }
    draft
}

fn subject(value: &Value, binding: &Object, inventory: &Inventory) -> BindingSubject {
    let word = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let (kind, name) = (word("kind"), word("name"));
    if kind != "ServiceAccount" {
        return BindingSubject {
            kind,
            name,
            namespace: None,
            found: true,
        };
    }
    let namespace = match value["namespace"].as_str() {
        Some(namespace) => namespace.to_owned(),
        None => binding.namespace.clone(),
    };
    let account = inventory.get("", "ServiceAccount", &namespace, &name);
    BindingSubject {
        found: account.is_some() || name == "default",
        kind,
        name,
        namespace: Some(namespace),
    }
}
