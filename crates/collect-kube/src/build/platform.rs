//! Storage classes, and the policies of a service mesh.

use super::{Draft, count};
use crate::facts::{MeshPolicy, StorageClass};
use crate::inventory::Inventory;
use crate::json::{is_set, is_true, items, strings, text};
use crate::object::Object;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the provisioner's parameters say of encryption when they are set to `true` or to a key.
const ENCRYPTION: &[&str] = &[
    "encrypted",
    "kmsKeyId",
    "disk-encryption-kms-key",
    "diskEncryptionSetID",
];
/// Provisioners of clouds that encrypt every volume.
const ENCRYPTS_ALL: &[&str] = &[
    "pd.csi.storage.gke.io",
    "disk.csi.azure.com",
    "kubernetes.io/gce-pd",
    "kubernetes.io/azure-disk",
];
/// Provisioners that encrypt only what asks for it.
const ENCRYPTS_ON_REQUEST: &[&str] = &[
    "ebs.csi.aws.com",
    "kubernetes.io/aws-ebs",
    "efs.csi.aws.com",
    "driver.longhorn.io",
    "rook-ceph.rbd.csi.ceph.com",
];

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut claims: BTreeMap<&str, usize> = BTreeMap::new();
    for object in inventory.of_kind("PersistentVolumeClaim") {
        if let Some(class) = text(&object.spec()["storageClassName"]) {
            *claims.entry(class).or_default() += 1;
        }
    }
    let classes = inventory.of_kind("StorageClass");
    drafts.extend(classes.map(|object| storage_class(object, &claims)));
    for kind in ["VirtualService", "DestinationRule"] {
        let istio = inventory.of_kind(kind);
        drafts.extend(
            istio
                .filter(|object| object.group() == "networking.istio.io")
                .map(mesh_policy),
        );
    }
    drafts
}

fn storage_class(object: &Object, claims: &BTreeMap<&str, usize>) -> Draft {
    let provisioner = text(&object.value["provisioner"]).unwrap_or_default();
    let parameters = &object.value["parameters"];
    let asked = ENCRYPTION.iter().any(|name| {
        text(&parameters[*name]).is_some_and(|value| !value.eq_ignore_ascii_case("false"))
    });
    let known = |list: &[&str]| list.contains(&provisioner);
    let encrypted = match (asked, known(ENCRYPTS_ALL), known(ENCRYPTS_ON_REQUEST)) {
        (true, _, _) | (_, true, _) => Some(true),
        (_, _, true) => Some(false),
        _ => None,
    };
    let fact = StorageClass {
        reference: object.reference(),
        provisioner: provisioner.to_owned(),
        encrypted,
        reclaim_policy: text(&object.value["reclaimPolicy"])
            .unwrap_or("Delete")
            .to_owned(),
        expandable: is_true(&object.value["allowVolumeExpansion"]),
        is_default: text(&object.annotations()["storageclass.kubernetes.io/is-default-class"])
            == Some("true"),
        claims: count(
            claims
                .get(object.name.as_str())
                .copied()
                .unwrap_or_default(),
        ),
    };
    let mut unknown = BTreeMap::new();
    if encrypted.is_none() {
        let why = format!("the provisioner {provisioner} does not say in the class");
        unknown.insert("encrypted".to_owned(), why);
    }
    Draft::new("storage_class", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value)
        .unknown(unknown)
}

/// Attempts that Istio makes where a route sets none.
const ISTIO_ATTEMPTS: i64 = 2;

fn mesh_policy(object: &Object) -> Draft {
    let spec = object.spec();
    let routes = items(&spec["http"]);
    let is_service = object.kind == "VirtualService";
    let attempts = |route: &Value| {
        route["retries"]["attempts"]
            .as_i64()
            .unwrap_or(ISTIO_ATTEMPTS)
    };
    let outliers = |policy: &Value| is_set(&policy["trafficPolicy"]["outlierDetection"]);
    let fact = MeshPolicy {
        reference: object.reference(),
        kind: object.kind.clone(),
        hosts: match text(&spec["host"]) {
            Some(host) => vec![host.to_owned()],
            None => strings(&spec["hosts"]),
        },
        most_attempts: is_service
            .then(|| routes.iter().map(attempts).max())
            .flatten(),
        has_timeouts: is_service.then(|| routes.iter().all(|route| is_set(&route["timeout"]))),
        ejects_failing: (!is_service)
            .then(|| outliers(spec) || items(&spec["subsets"]).iter().any(outliers)),
    };
    Draft::new("mesh_policy", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value)
}
