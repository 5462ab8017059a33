//! The baseline level.

use super::{Findings, Pod, is_seccomp_allowed, shown};
use crate::json::{is_set, is_true, items, strings, text};
use serde_json::Value;

const CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

const SELINUX_TYPES: &[&str] = &[
    "",
    "container_t",
    "container_init_t",
    "container_kvm_t",
    "container_engine_t",
];

const APPARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

pub(super) fn check(pod: &Pod<'_>, findings: &mut Findings) {
    pod_fields(pod, findings);
    for (path, name, context) in pod.contexts() {
        shared_fields(&path, name, context, findings);
    }
    for container in &pod.containers {
        let context = &container.value["securityContext"];
        let name = Some(container.name);
        let field = |field: &str| format!("{}.{field}", container.path);
        if is_true(&context["privileged"]) {
            findings.add(
                "privileged",
                field("securityContext.privileged"),
                "true",
                name,
            );
        }
        for added in strings(&context["capabilities"]["add"]) {
            if !CAPABILITIES.contains(&added.as_str()) {
                let path = field("securityContext.capabilities.add");
                findings.add("capabilities_baseline", path, added, name);
            }
        }
        if let Some(mount) = context["procMount"].as_str()
            && mount != "Default"
            && !pod.has_user_namespace()
        {
            findings.add("procMount", field("securityContext.procMount"), mount, name);
        }
        for port in items(&container.value["ports"]) {
            if let Some(number) = port["hostPort"].as_i64().filter(|number| *number != 0) {
                findings.add(
                    "hostPorts",
                    field("ports.hostPort"),
                    number.to_string(),
                    name,
                );
            }
        }
        for (path, host) in handler_hosts(container.value) {
            findings.add("hostProbesAndHostLifecycle", field(&path), host, name);
        }
    }
}

fn pod_fields(pod: &Pod<'_>, findings: &mut Findings) {
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        if is_true(&pod.spec[field]) {
            findings.add("hostNamespaces", format!("spec.{field}"), "true", None);
        }
    }
    for volume in items(&pod.spec["volumes"]) {
        if is_set(&volume["hostPath"]) {
            let name = volume["name"].as_str().unwrap_or_default();
            let path = volume["hostPath"]["path"].as_str().unwrap_or_default();
            findings.add(
                "hostPathVolumes",
                format!("spec.volumes[{name}].hostPath"),
                path,
                None,
            );
        }
    }
    for sysctl in items(&pod.spec["securityContext"]["sysctls"]) {
        let name = sysctl["name"].as_str().unwrap_or_default();
        if !SYSCTLS.contains(&name) {
            findings.add(
                "sysctls",
                "spec.securityContext.sysctls".to_owned(),
                name,
                None,
            );
        }
    }
    for (key, value) in pod.annotations.as_object().into_iter().flatten() {
        let profile = value.as_str().unwrap_or_default();
        let allowed =
            profile.is_empty() || profile == "runtime/default" || profile.starts_with("localhost/");
        if key.starts_with(APPARMOR_ANNOTATION) && !allowed {
            findings.add(
                "appArmorProfile",
                format!("metadata.annotations[{key}]"),
                profile,
                None,
            );
        }
    }
}

/// The fields that stand in the security context of pods and of containers.
fn shared_fields(path: &str, name: Option<&str>, context: &Value, findings: &mut Findings) {
    if is_true(&context["windowsOptions"]["hostProcess"]) {
        let field = format!("{path}.windowsOptions.hostProcess");
        findings.add("windowsHostProcess", field, "true", name);
    }
    let seccomp = &context["seccompProfile"];
    if is_set(seccomp) && !is_seccomp_allowed(seccomp) {
        let field = format!("{path}.seccompProfile.type");
        findings.add(
            "seccompProfile_baseline",
            field,
            shown(&seccomp["type"]),
            name,
        );
    }
    let apparmor = &context["appArmorProfile"];
    if is_set(apparmor)
        && !matches!(
            apparmor["type"].as_str(),
            Some("RuntimeDefault" | "Localhost")
        )
    {
        let field = format!("{path}.appArmorProfile.type");
        findings.add("appArmorProfile", field, shown(&apparmor["type"]), name);
    }
    let selinux = &context["seLinuxOptions"];
    let label = selinux["type"].as_str().unwrap_or_default();
    if !SELINUX_TYPES.contains(&label) {
        findings.add(
            "seLinuxOptions",
            format!("{path}.seLinuxOptions.type"),
            label,
            name,
        );
    }
    for part in ["user", "role"] {
        if let Some(value) = text(&selinux[part]) {
            findings.add(
                "seLinuxOptions",
                format!("{path}.seLinuxOptions.{part}"),
                value,
                name,
            );
        }
    }
}

/// Hosts that probes and lifecycle hooks name, which would let a pod reach what its node can.
fn handler_hosts(container: &Value) -> Vec<(String, String)> {
    let lifecycle = &container["lifecycle"];
    let handlers = [
        ("livenessProbe", &container["livenessProbe"]),
        ("readinessProbe", &container["readinessProbe"]),
        ("startupProbe", &container["startupProbe"]),
        ("lifecycle.postStart", &lifecycle["postStart"]),
        ("lifecycle.preStop", &lifecycle["preStop"]),
    ];
    let mut hosts = Vec::new();
    for (path, handler) in handlers {
        for action in ["httpGet", "tcpSocket"] {
            if let Some(host) = text(&handler[action]["host"]) {
                hosts.push((format!("{path}.{action}.host"), host.to_owned()));
            }
        }
    }
    hosts
}
