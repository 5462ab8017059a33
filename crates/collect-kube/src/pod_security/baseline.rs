//! The baseline level.

use super::{Findings, Pod, USER_NAMESPACES, is_seccomp_allowed, shown};
use crate::json::{is_set, is_true, items, strings, text};
use crate::value::Value;

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

/// Each with the minor version that began to allow it.
const SYSCTLS: &[(&str, i64)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_notsent_lowat", 37),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.tcp_wmem", 32),
];

/// Each with the minor version that began to allow it.
const SELINUX_TYPES: &[(&str, i64)] = &[
    ("", 0),
    ("container_t", 0),
    ("container_init_t", 0),
    ("container_kvm_t", 0),
    ("container_engine_t", 31),
];

const APPARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_ANNOTATIONS: &str = "container.seccomp.security.alpha.kubernetes.io/";
/// The minor version in which fields took the place of the annotations for seccomp.
const SECCOMP_FIELDS: i64 = 19;
/// The minor version that began to look at the hosts of probes and hooks.
const HANDLER_HOSTS: i64 = 34;

pub(super) fn check(pod: &Pod<'_>, findings: &mut Findings) {
    pod_fields(pod, findings);
    annotations(pod, findings);
    for (path, name, context) in pod.contexts() {
        shared_fields(&path, name, context, findings);
    }
    let relaxed = pod.has_user_namespace().then_some(USER_NAMESPACES);
    findings.within(None, relaxed, |findings| {
        unmasked(pod, "procMount", findings)
    });
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
        findings.within(HANDLER_HOSTS, None, |findings| {
            for (path, host) in handler_hosts(container.value) {
                findings.add("hostProbesAndHostLifecycle", field(&path), host, name);
            }
        });
    }
}

/// Containers that see the whole of /proc.
pub(super) fn unmasked(pod: &Pod<'_>, control: &str, findings: &mut Findings) {
    for container in &pod.containers {
        let mount = container.value["securityContext"]["procMount"].as_str();
        if let Some(mount) = mount.filter(|mount| *mount != "Default") {
            let field = format!("{}.securityContext.procMount", container.path);
            findings.add(control, field, mount, Some(container.name));
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
        let field = "spec.securityContext.sysctls".to_owned();
        unless_allowed(name, SYSCTLS, findings, |findings| {
            findings.add("sysctls", field, name, None);
        });
    }
}

/// Runs `check` for the versions that do not allow `value`: all where it is not listed.
fn unless_allowed(
    value: &str,
    allowed: &[(&str, i64)],
    findings: &mut Findings,
    check: impl FnOnce(&mut Findings),
) {
    match allowed.iter().find(|(name, _)| *name == value) {
        None => check(findings),
        Some((_, 0)) => {}
        Some((_, since)) => findings.within(None, *since, check),
    }
}

fn annotations(pod: &Pod<'_>, findings: &mut Findings) {
    for (key, value) in pod.annotations.as_object().into_iter().flatten() {
        let profile = value.as_str().unwrap_or_default();
        let field = format!("metadata.annotations[{key}]");
        let usual = profile == "runtime/default" || profile.starts_with("localhost/");
        if key.starts_with(APPARMOR_ANNOTATION) && !usual && !profile.is_empty() {
            findings.add("appArmorProfile", field, profile, None);
            continue;
        }
        let of_container = key
            .strip_prefix(SECCOMP_ANNOTATIONS)
            .is_some_and(|name| pod.containers.iter().any(|c| c.name == name));
        let is_seccomp = key == SECCOMP_ANNOTATION || of_container;
        if is_seccomp && !usual && profile != "docker/default" {
            findings.within(None, SECCOMP_FIELDS, |findings| {
                findings.add("seccompProfile_baseline", field, profile, None);
            });
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
        findings.within(SECCOMP_FIELDS, None, |findings| {
            let found = shown(&seccomp["type"]);
            findings.add("seccompProfile_baseline", field, found, name);
        });
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
    let field = format!("{path}.seLinuxOptions.type");
    unless_allowed(label, SELINUX_TYPES, findings, |findings| {
        findings.add("seLinuxOptions", field, label, name);
    });
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
