//! What runs of each workload: its pods by their top controller, their nodes, and the digests of
//! their images.

use super::count;
use crate::json::items;
use crate::live::gather::Found;
use crate::live::owners::Owners;
use crate::value::Value;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The image of a container, as wanted and as running.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Image {
    /// The container.
    container: String,
    /// The image of the newest state.
    image: String,
    /// The digest that the image names, where it names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<String>,
    /// The digests that run, of all its pods: `sha256:…`.
    running: Vec<String>,
}

/// The pods of each top controller.
#[derive(Default)]
struct Running<'f> {
    pods: usize,
    nodes: BTreeSet<&'f str>,
    digests: BTreeMap<&'f str, BTreeSet<&'f str>>,
}

/// The running pods of every top controller, by its uid, and the zones of nodes.
pub(super) struct Everything<'f> {
    by_uid: HashMap<&'f str, Running<'f>>,
    revisions: HashMap<&'f str, usize>,
    zones: HashMap<&'f str, &'f str>,
}

/// What runs of one workload.
pub(super) struct Seen {
    pub(super) pods: i64,
    pub(super) nodes: i64,
    pub(super) zones: Vec<String>,
    pub(super) images: Vec<Image>,
    pub(super) revisions: i64,
}

impl<'f> Everything<'f> {
    pub(super) fn of(objects: &'f [Found], owners: &Owners<'f>) -> Self {
        Self {
            by_uid: running(objects, owners),
            revisions: revisions(objects, owners),
            zones: zones(objects),
        }
    }

    /// What runs of `object`, with the containers of its template.
    pub(super) fn seen(&self, object: &Value) -> Seen {
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
        let none = Running::default();
        let running = self.by_uid.get(uid).unwrap_or(&none);
        let zones: BTreeSet<&str> = running
            .nodes
            .iter()
            .filter_map(|node| self.zones.get(node).copied())
            .collect();
        Seen {
            pods: count(running.pods),
            nodes: count(running.nodes.len()),
            zones: zones.into_iter().map(str::to_owned).collect(),
            images: images(&object["spec"]["template"]["spec"], running),
            revisions: count(self.revisions.get(uid).copied().unwrap_or(0)),
        }
    }
}

/// How many ReplicaSets each top controller has.
fn revisions<'f>(objects: &'f [Found], owners: &Owners<'f>) -> HashMap<&'f str, usize> {
    let mut found = HashMap::new();
    for set in objects
        .iter()
        .filter(|found| found.resource.kind == "ReplicaSet")
    {
        *found.entry(owners.top(&set.value)).or_default() += 1;
    }
    found
}

/// The zones of nodes.
fn zones(objects: &[Found]) -> HashMap<&str, &str> {
    objects
        .iter()
        .filter(|found| found.resource.kind == "Node")
        .filter_map(|found| {
            let metadata = &found.value["metadata"];
            let zone = metadata["labels"]["topology.kubernetes.io/zone"].as_str()?;
            Some((metadata["name"].as_str()?, zone))
        })
        .collect()
}

fn running<'f>(objects: &'f [Found], owners: &Owners<'f>) -> HashMap<&'f str, Running<'f>> {
    let mut found: HashMap<&str, Running<'_>> = HashMap::new();
    for pod in objects.iter().filter(|found| found.resource.kind == "Pod") {
        let status = &pod.value["status"];
        let is_leaving = !pod.value["metadata"]["deletionTimestamp"].is_null();
        if is_leaving || status["phase"].as_str() != Some("Running") {
            continue;
        }
        let running = found.entry(owners.top(&pod.value)).or_default();
        running.pods += 1;
        running.nodes.extend(pod.value["spec"]["nodeName"].as_str());
        let statuses = ["containerStatuses", "initContainerStatuses"];
        for container in statuses.iter().flat_map(|field| items(&status[*field])) {
            let name = container["name"].as_str().unwrap_or_default();
            let digest = container["imageID"].as_str().and_then(digest);
            running.digests.entry(name).or_default().extend(digest);
        }
    }
    found
}

/// The digest within an image reference or a runtime's image id.
fn digest(image: &str) -> Option<&str> {
    let at = image.find("sha256:")?;
    image.get(at..)
}

fn images(pod: &Value, running: &Running<'_>) -> Vec<Image> {
    // An init container that always restarts runs beside the others.
    let sidecars = items(&pod["initContainers"])
        .iter()
        .filter(|container| container["restartPolicy"].as_str() == Some("Always"));
    items(&pod["containers"])
        .iter()
        .chain(sidecars)
        .map(|container| {
            let name = container["name"].as_str().unwrap_or_default();
            let image = container["image"].as_str().unwrap_or_default();
            Image {
                container: name.to_owned(),
                image: image.to_owned(),
                pinned: image
                    .split_once('@')
                    .and_then(|(_, digest)| self::digest(digest))
                    .map(str::to_owned),
                running: running
                    .digests
                    .get(name)
                    .into_iter()
                    .flatten()
                    .map(|digest| (*digest).to_owned())
                    .collect(),
            }
        })
        .collect()
}
