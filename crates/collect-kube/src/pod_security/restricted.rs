//! What the restricted level asks beyond baseline.

use super::{Findings, Pod, is_seccomp_allowed, shown};
use crate::json::{is_set, items, strings};

const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

pub(super) fn check(pod: &Pod<'_>, findings: &mut Findings) {
    for volume in items(&pod.spec["volumes"]) {
        if !VOLUMES.iter().any(|kind| is_set(&volume[*kind])) {
            let name = volume["name"].as_str().unwrap_or_default();
            let kind = volume
                .as_object()
                .and_then(|map| map.keys().find(|key| *key != "name"))
                .map_or("no known type", String::as_str);
            findings.add(
                "restrictedVolumes",
                format!("spec.volumes[{name}]"),
                kind,
                None,
            );
        }
    }
    if !pod.has_user_namespace() {
        users(pod, findings);
    }
    if !pod.is_windows() {
        seccomp(pod, findings);
        privileges(pod, findings);
    }
}

fn users(pod: &Pod<'_>, findings: &mut Findings) {
    let of_pod = &pod.spec["securityContext"]["runAsNonRoot"];
    if of_pod.as_bool() == Some(false) {
        let field = "spec.securityContext.runAsNonRoot".to_owned();
        findings.add("runAsNonRoot", field, "false", None);
    }
    for container in &pod.containers {
        let own = &container.value["securityContext"]["runAsNonRoot"];
        // A container that says nothing inherits; one that says false overrides.
        let effective = if own.is_null() { of_pod } else { own };
        if effective.as_bool() != Some(true) {
            let field = format!("{}.securityContext.runAsNonRoot", container.path);
            findings.add("runAsNonRoot", field, shown(own), Some(container.name));
        }
    }
    for (path, name, context) in pod.contexts() {
        if context["runAsUser"].as_i64() == Some(0) {
            findings.add("runAsUser", format!("{path}.runAsUser"), "0", name);
        }
    }
}

fn seccomp(pod: &Pod<'_>, findings: &mut Findings) {
    let of_pod = &pod.spec["securityContext"]["seccompProfile"];
    if is_set(of_pod) && !is_seccomp_allowed(of_pod) {
        let field = "spec.securityContext.seccompProfile.type".to_owned();
        findings.add(
            "seccompProfile_restricted",
            field,
            shown(&of_pod["type"]),
            None,
        );
    }
    for container in &pod.containers {
        let own = &container.value["securityContext"]["seccompProfile"];
        let effective = if own.is_null() { of_pod } else { own };
        if !is_seccomp_allowed(effective) {
            let field = format!("{}.securityContext.seccompProfile.type", container.path);
            let found = shown(&own["type"]);
            findings.add(
                "seccompProfile_restricted",
                field,
                found,
                Some(container.name),
            );
        }
    }
}

fn privileges(pod: &Pod<'_>, findings: &mut Findings) {
    for container in &pod.containers {
        let context = &container.value["securityContext"];
        let name = Some(container.name);
        let field = |field: &str| format!("{}.securityContext.{field}", container.path);
        let escalation = &context["allowPrivilegeEscalation"];
        if escalation.as_bool() != Some(false) {
            let path = field("allowPrivilegeEscalation");
            findings.add("allowPrivilegeEscalation", path, shown(escalation), name);
        }
        let capabilities = &context["capabilities"];
        if !strings(&capabilities["drop"])
            .iter()
            .any(|drop| drop == "ALL")
        {
            let path = field("capabilities.drop");
            let found = shown(&capabilities["drop"]);
            findings.add("capabilities_restricted", path, found, name);
        }
        for added in strings(&capabilities["add"]) {
            if added != "NET_BIND_SERVICE" {
                findings.add(
                    "capabilities_restricted",
                    field("capabilities.add"),
                    added,
                    name,
                );
            }
        }
    }
}
