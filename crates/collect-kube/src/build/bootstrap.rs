//! The roles and bindings that an API server makes by itself at its start, and restores: what each
//! of them gives, and to whom
//! (<https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings>).
//! Their names and their label alone tell nothing, since whoever may write roles may give both to
//! any role, or change one of them.

use crate::json::items;
use crate::object::Object;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A line for each, its parts apart by tabs: a role with its dangerous powers, a binding with its
/// role and its subjects. As the API server of Kubernetes 1.37 makes them; a test holds it against
/// a running one.
const TABLE: &str = include_str!("bootstrap.txt");

/// What an API server makes.
pub(super) struct Bootstrap {
    roles: BTreeMap<&'static str, BTreeSet<&'static str>>,
    bindings: BTreeMap<&'static str, (&'static str, BTreeSet<&'static str>)>,
}

impl Bootstrap {
    pub(super) fn read() -> Self {
        let mut found = Self {
            roles: BTreeMap::new(),
            bindings: BTreeMap::new(),
        };
        for line in TABLE.lines() {
            let mut parts = line.split('\t');
            let name = parts.next().unwrap_or_default();
            let words = |part: Option<&'static str>| -> BTreeSet<&'static str> {
                let words = part.unwrap_or_default().split(' ');
                words.filter(|word| !word.is_empty()).collect()
            };
            if name.contains("Binding/") {
                let role = parts.next().unwrap_or_default();
                found.bindings.insert(name, (role, words(parts.next())));
            } else {
                found.roles.insert(name, words(parts.next()));
            }
        }
        found
    }

    /// Whether a role is the cluster's own and gives nothing more than the cluster made it give.
    pub(super) fn has_role(&self, role: &Object, powers: &BTreeSet<String>) -> bool {
        let own = self.roles.get(role.reference().as_str());
        own.is_some_and(|own| powers.iter().all(|power| own.contains(power.as_str())))
    }

    /// Whether a binding is the cluster's own: it gives the role that the cluster made it for, to
    /// nobody whom the cluster did not name.
    pub(super) fn has_binding(&self, binding: &Object, role: &str) -> bool {
        let Some((own, subjects)) = self.bindings.get(binding.reference().as_str()) else {
            return false;
        };
        *own == role
            && items(&binding.value["subjects"])
                .iter()
                .all(|subject| subjects.contains(called(subject).as_str()))
    }
}

/// `Kind/name`, or `Kind/namespace/name` of a service account.
fn called(subject: &Value) -> String {
    let word = |field: &str| subject[field].as_str().unwrap_or_default();
    match word("namespace") {
        "" => format!("{}/{}", word("kind"), word("name")),
        namespace => format!("{}/{namespace}/{}", word("kind"), word("name")),
    }
}
