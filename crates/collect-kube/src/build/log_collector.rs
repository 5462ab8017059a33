//! DaemonSets that bring the logs of the nodes to a store.

use super::{Draft, count};
use crate::facts::LogCollector;
use crate::inventory::Inventory;
use crate::json::{is_set, items, pairs, text};
use crate::object::{Object, Origin};
use crate::value::Value;
use std::collections::BTreeMap;

/// Programs that forward logs, by a part of the name of their image's repository, the longest
/// first where one is within another.
const TOOLS: &[(&str, &str)] = &[
    ("promtail", "promtail"),
    ("alloy", "alloy"),
    ("grafana/agent", "grafana-agent"),
    ("fluent-bit", "fluent-bit"),
    ("fluentbit", "fluent-bit"),
    ("fluentd", "fluentd"),
    ("vector", "vector"),
    ("opentelemetry-collector", "opentelemetry-collector"),
    ("otel-collector", "opentelemetry-collector"),
    ("otelcol", "opentelemetry-collector"),
    ("filebeat", "filebeat"),
    ("elastic-agent", "elastic-agent"),
    ("datadog/agent", "datadog-agent"),
    ("datadoghq/agent", "datadog-agent"),
    ("ama-logs", "azure-monitor-agent"),
];

/// Where a node keeps the logs of its containers.
const LOGS: [&str; 4] = [
    "/var/log",
    "/var/lib/docker/containers",
    "/run/log",
    "/var/lib/kubelet/pods",
];

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let nodes = inventory.of_kind("Node").count();
    let sets = inventory
        .of_kind("DaemonSet")
        .filter(|object| object.group() == "apps");
    sets.filter_map(|object| fact(object, nodes, inventory))
        .collect()
}

fn fact(object: &Object, nodes: usize, inventory: &Inventory) -> Option<Draft> {
    let pod = &object.spec()["template"]["spec"];
    let tool = items(&pod["containers"])
        .iter()
        .find_map(|container| tool(text(&container["image"])?))?;
    let reads = items(&pod["volumes"])
        .iter()
        .filter_map(|volume| text(&volume["hostPath"]["path"]))
        .any(holds_logs);
    let status = &object.value["status"];
    let number = |field: &str| status[field].as_i64().unwrap_or(0);
    let is_live = matches!(object.origin, Origin::Cluster { .. });
    let wanted = number("desiredNumberScheduled");
    let seen = is_live && is_set(&status["observedGeneration"]);
    let left_out = (seen && nodes > 0).then(|| (count(nodes) - wanted).max(0));
    let fact = LogCollector {
        reference: object.reference(),
        tool: tool.to_owned(),
        reads_node_logs: reads.then_some(true),
        confined_by: confined_by(pod),
        nodes_left_out: left_out,
        not_available: seen.then(|| (wanted - number("numberAvailable")).max(0)),
    };
    let mut unknown = BTreeMap::new();
    let mut not_known = |field: &str, is_known: bool, why: &str| {
        if !is_known {
            unknown.insert(field.to_owned(), why.to_owned());
        }
    };
    not_known(
        "reads_node_logs",
        reads,
        "no volume shows that it reads the logs of its node; it may read them through the API",
    );
    let where_ = match is_live {
        true => "its controller has not written any state yet, or the nodes were not read",
        false => "a manifest does not tell on which nodes it runs",
    };
    not_known("nodes_left_out", left_out.is_some(), where_);
    not_known("not_available", seen, where_);
    let draft = Draft::new("log_collector", fact.reference.clone(), &fact)
        .about(object)
        .unknown(unknown)
        .unless_read(inventory, (&["Node"], ""), &["nodes_left_out"]);
    Some(draft)
}

/// The program of an image, by its repository: what stands before tag and digest.
fn tool(image: &str) -> Option<&'static str> {
    let repository = image.split('@').next()?;
    let repository = match repository.rsplit_once(':') {
        // A colon before the last slash belongs to a port.
        Some((before, after)) if !after.contains('/') => before,
        _ => repository,
    };
    let found = TOOLS.iter().find(|(part, _)| repository.contains(part));
    found.map(|(_, tool)| *tool)
}

fn holds_logs(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path.is_empty()
        || path == "/var"
        || LOGS
            .iter()
            .any(|logs| path == *logs || path.starts_with(&format!("{logs}/")))
}

/// What keeps pods from some nodes; that of the operating system keeps them from those only whose
/// logs are kept in another way.
fn confined_by(pod: &Value) -> Vec<String> {
    let selected = pairs(&pod["nodeSelector"])
        .into_iter()
        .filter(|(key, _)| !key.ends_with("kubernetes.io/os"))
        .map(|(key, value)| format!("nodeSelector {key}={value}"));
    let required =
        &pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let terms = items(&required["nodeSelectorTerms"]).iter().map(|term| {
        let keys: Vec<&str> = items(&term["matchExpressions"])
            .iter()
            .filter_map(|expression| text(&expression["key"]))
            .collect();
        format!("nodeAffinity {}", keys.join(", "))
    });
    selected.chain(terms).collect()
}

#[cfg(test)]
mod tests {
    use super::{holds_logs, tool};

    #[test]
    fn programs_by_their_images() {
        for (image, wanted) in [
            ("grafana/promtail:3.0.0", Some("promtail")),
            ("registry:5000/fluent/fluent-bit", Some("fluent-bit")),
            (
                "otel/opentelemetry-collector-contrib:0.1",
                Some("opentelemetry-collector"),
            ),
            ("timberio/vector@sha256:00", Some("vector")),
            // Only the tag says so.
            ("shop/api:vector", None),
            ("shop/api", None),
        ] {
            assert_eq!(tool(image), wanted, "{image}");
        }
    }

    #[test]
    fn paths_of_logs() {
        for (path, wanted) in [
            ("/var/log", true),
            ("/var/log/pods/", true),
            ("/", true),
            ("/var/logs", false),
            ("/etc", false),
        ] {
            assert_eq!(holds_logs(path), wanted, "{path}");
        }
    }
}
