//! Storage classes, and the policies of a service mesh.

use super::{Draft, count};
use crate::facts::{MeshPolicy, StorageClass};
use crate::inventory::Inventory;
use crate::json::{is_set, is_true, items, strings, text};
use crate::object::Object;
use crate::value::Value;
use std::collections::BTreeMap;

/// The provisioner's parameter that says whether volumes are encrypted: `true`, or no.
const ENCRYPTED: &str = "encrypted";
/// The provisioner's parameters that name the key to encrypt with.
const KEYS: &[&str] = &["kmsKeyId", "disk-encryption-kms-key", "diskEncryptionSetID"];
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
    let said = text(&parameters[ENCRYPTED]);
    let asked = said.is_some_and(|said| said.eq_ignore_ascii_case("true"))
        || KEYS.iter().any(|name| text(&parameters[*name]).is_some());
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
    let outliers = |policy: &Value| ejects(&policy["trafficPolicy"]["outlierDetection"]);
    let subsets = items(&spec["subsets"]);
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
        has_timeouts: (is_service && !routes.is_empty())
            .then(|| routes.iter().all(|route| is_set(&route["timeout"]))),
        // A subset inherits what it does not set itself.
        ejects_failing: (!is_service).then(|| {
            let own = |subset: &Value| is_set(&subset["trafficPolicy"]["outlierDetection"]);
            let all = |subset: &Value| outliers(subset) || (outliers(spec) && !own(subset));
            (outliers(spec) || !subsets.is_empty()) && subsets.iter().all(all)
        }),
    };
    Draft::new("mesh_policy", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value)
}

/// Whether an `outlierDetection` ejects anything: an empty one does, after five errors of the kind
/// 5xx in a row, and 0 switches a reason off.
fn ejects(detection: &Value) -> bool {
    let count = |field: &str| detection[field].as_i64();
    is_set(detection)
        && (count("consecutive5xxErrors") != Some(0)
            || count("consecutiveGatewayErrors").is_some_and(|errors| errors > 0)
            || count("consecutiveLocalOriginFailures").is_some_and(|errors| errors > 0))
}
