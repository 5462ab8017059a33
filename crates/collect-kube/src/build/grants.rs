//! References into other namespaces, which a ReferenceGrant there must allow
//! (<https://gateway-api.sigs.k8s.io/api-types/referencegrant/>).

use crate::inventory::Inventory;
use crate::json::{items, text};
use crate::object::Object;

const GROUP: &str = "gateway.networking.k8s.io";

/// Whether a ReferenceGrant of `namespace` lets an object of the Gateway API refer to an object of the
/// core group there.
pub(super) fn granted(
    from: &Object,
    (kind, namespace, name): (&str, &str, &str),
    inventory: &Inventory,
) -> bool {
    let mut grants = inventory
        .of_kind("ReferenceGrant")
        .filter(|grant| grant.group() == GROUP && grant.namespace == namespace);
    grants.any(|grant| {
        let lets = items(&grant.spec()["from"]).iter().any(|one| {
            one["group"] == GROUP
                && one["kind"] == from.kind.as_str()
                && one["namespace"] == from.namespace.as_str()
        });
        let to = items(&grant.spec()["to"]).iter().any(|to| {
            text(&to["group"]).unwrap_or_default().is_empty()
                && to["kind"] == kind
                && text(&to["name"]).is_none_or(|granted| granted == name)
        });
        lets && to
    })
}
