//! What the restricted level asks beyond baseline.

use super::baseline::unmasked;
use super::{Findings, Pod, USER_NAMESPACES, WINDOWS, is_seccomp_allowed, shown};
use crate::json::{is_set, items, strings};

const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

pub(super) fn check(pod: &Pod<'_>, findings: &mut Findings) {
    for volume in items(&pod.spec["volumes"]) {
        // A volume without any source is an emptyDir: SetDefaults_Volume comes before admission.
        let other = volume
            .as_object()
            .into_iter()
            .flatten()
            .find(|(key, source)| *key != "name" && is_set(source));
        if let Some((kind, _)) = other
            && !VOLUMES.iter().any(|kind| is_set(&volume[*kind]))
        {
            let name = volume["name"].as_str().unwrap_or_default();
            findings.add(
                "restrictedVolumes",
                format!("spec.volumes[{name}]"),
                kind,
                None,
            );
        }
    }
    let relaxed = pod.has_user_namespace().then_some(USER_NAMESPACES);
    findings.within(None, relaxed, |findings| users(pod, findings));
    // What baseline allows such a pod, restricted allows nobody.
    if pod.has_user_namespace() {
        findings.within(USER_NAMESPACES, None, |findings| {
            unmasked(pod, "procMount_restricted", findings);
        });
    }
    let exempt = pod.is_windows().then_some(WINDOWS);
    findings.within(19, exempt, |findings| seccomp(pod, findings));
    findings.within(8, exempt, |findings| escalation(pod, findings));
    findings.within(22, exempt, |findings| capabilities(pod, findings));
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
    findings.within(23, None, |findings| {
        for (path, name, context) in pod.contexts() {
            if context["runAsUser"].as_i64() == Some(0) {
                findings.add("runAsUser", format!("{path}.runAsUser"), "0", name);
            }
        }
    });
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

fn escalation(pod: &Pod<'_>, findings: &mut Findings) {
    for container in &pod.containers {
        let allowed = &container.value["securityContext"]["allowPrivilegeEscalation"];
        if allowed.as_bool() != Some(false) {
            let path = format!(
                "{}.securityContext.allowPrivilegeEscalation",
                container.path
            );
            let found = shown(allowed);
            findings.add(
                "allowPrivilegeEscalation",
                path,
                found,
                Some(container.name),
            );
        }
    }
}

fn capabilities(pod: &Pod<'_>, findings: &mut Findings) {
    for container in &pod.containers {
        let capabilities = &container.value["securityContext"]["capabilities"];
        let name = Some(container.name);
        let field =
            |field: &str| format!("{}.securityContext.capabilities.{field}", container.path);
        if !strings(&capabilities["drop"])
            .iter()
            .any(|drop| drop == "ALL")
        {
            let found = shown(&capabilities["drop"]);
            findings.add("capabilities_restricted", field("drop"), found, name);
        }
        for added in strings(&capabilities["add"]) {
            if added != "NET_BIND_SERVICE" {
                findings.add("capabilities_restricted", field("add"), added, name);
            }
        }
    }
}
