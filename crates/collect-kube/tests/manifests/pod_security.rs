//! The Pod Security Standards, control by control.

use crate::support::{fact, read};
use serde_json::Value;

/// Fills the rest of a pod that meets the restricted level.
fn pod(pod: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  {pod}\n  containers:\n  - name: c\n    image: c\n    {container}\n"
    )
}

const GOOD: &str = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}";
const TIGHT: &str =
    "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}";

#[track_caller]
fn check(text: &str, level: &str, wanted: &[&str]) {
    let collected = read(text);
    assert_eq!(collected.unassessed, [], "{text}");
    let fact = fact(&collected, "workload default/Pod/p");
    let mut found: Vec<&str> = fact
        .value
        .pointer(&format!("/pod_security/{level}"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|violation| violation.get("control")?.as_str())
        .collect();
    found.dedup();
    assert_eq!(found, wanted, "{level} of\n{text}");
}

#[test]
fn baseline() {
    for (of_pod, of_container, wanted) in [
        ("", "", &[][..]),
        ("hostNetwork: true", "", &["hostNamespaces"]),
        ("hostNetwork: false", "", &[]),
        ("hostPID: true", "", &["hostNamespaces"]),
        ("hostIPC: true", "", &["hostNamespaces"]),
        ("", "securityContext: {privileged: true}", &["privileged"]),
        ("", "securityContext: {capabilities: {add: [CHOWN]}}", &[]),
        (
            "",
            "securityContext: {capabilities: {add: [NET_RAW]}}",
            &["capabilities_baseline"],
        ),
        (
            "",
            "securityContext: {capabilities: {add: [chown]}}",
            &["capabilities_baseline"],
        ),
        (
            "volumes: [{name: v, hostPath: {path: /}}]",
            "",
            &["hostPathVolumes"],
        ),
        (
            "volumes: [{name: v, hostPath: {}}]",
            "",
            &["hostPathVolumes"],
        ),
        (
            "",
            "ports: [{containerPort: 80, hostPort: 80}]",
            &["hostPorts"],
        ),
        ("", "ports: [{containerPort: 80, hostPort: 0}]", &[]),
        (
            "",
            "livenessProbe: {httpGet: {port: 1, host: 10.0.0.1}}",
            &["hostProbesAndHostLifecycle"],
        ),
        ("", "livenessProbe: {httpGet: {port: 1, host: ''}}", &[]),
        (
            "",
            "lifecycle: {preStop: {tcpSocket: {port: 1, host: x}}}",
            &["hostProbesAndHostLifecycle"],
        ),
        (
            "securityContext: {appArmorProfile: {type: Unconfined}}",
            "",
            &["appArmorProfile"],
        ),
        (
            "",
            "securityContext: {appArmorProfile: {type: Localhost}}",
            &[],
        ),
        (
            "securityContext: {seLinuxOptions: {type: spc_t}}",
            "",
            &["seLinuxOptions"],
        ),
        (
            "securityContext: {seLinuxOptions: {type: container_engine_t}}",
            "",
            &[],
        ),
        (
            "securityContext: {seLinuxOptions: {user: u}}",
            "",
            &["seLinuxOptions"],
        ),
        ("", "securityContext: {procMount: Unmasked}", &["procMount"]),
        (
            "hostUsers: false",
            "securityContext: {procMount: Unmasked}",
            &[],
        ),
        (
            "securityContext: {seccompProfile: {type: Unconfined}}",
            "",
            &["seccompProfile_baseline"],
        ),
        (
            "securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}",
            "",
            &["sysctls"],
        ),
        (
            "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}",
            "",
            &[],
        ),
        (
            "securityContext: {windowsOptions: {hostProcess: true}}",
            "",
            &["windowsHostProcess"],
        ),
        (
            "initContainers: [{name: i, image: i, securityContext: {privileged: true}}]",
            "",
            &["privileged"],
        ),
        (
            "ephemeralContainers: [{name: e, image: e, securityContext: {privileged: true}}]",
            "",
            &["privileged"],
        ),
    ] {
        check(&pod(of_pod, of_container), "baseline", wanted);
    }
}

#[test]
fn the_annotation_of_apparmor_counts() {
    for (profile, wanted) in [
        ("unconfined", &["appArmorProfile"][..]),
        ("runtime/default", &[]),
        ("localhost/x", &[]),
    ] {
        let text = pod("", "").replace(
            "{name: p}",
            &format!("{{name: p, annotations: {{container.apparmor.security.beta.kubernetes.io/c: {profile}}}}}"),
        );
        check(&text, "baseline", wanted);
    }
}

#[test]
fn restricted() {
    let unset = [
        "runAsNonRoot",
        "seccompProfile_restricted",
        "allowPrivilegeEscalation",
        "capabilities_restricted",
    ];
    let loose = ["allowPrivilegeEscalation", "capabilities_restricted"];
    let with = |extra: &str| TIGHT.replace("{allow", &format!("{{{extra}, allow"));
    for (of_pod, of_container, wanted) in [
        (GOOD.to_owned(), TIGHT.to_owned(), &[][..]),
        (String::new(), String::new(), &unset),
        (GOOD.to_owned(), String::new(), &loose),
        // A container overrides the pod, in both directions.
        (
            GOOD.to_owned(),
            with("runAsNonRoot: false"),
            &["runAsNonRoot"],
        ),
        (
            GOOD.replace("true", "false"),
            with("runAsNonRoot: true"),
            &["runAsNonRoot"],
        ),
        (
            GOOD.to_owned(),
            with("seccompProfile: {type: Unconfined}"),
            &["seccompProfile_restricted"],
        ),
        (GOOD.to_owned(), with("runAsUser: 0"), &["runAsUser"]),
        (
            GOOD.replace("{run", "{runAsUser: 0, run"),
            TIGHT.to_owned(),
            &["runAsUser"],
        ),
        (
            format!("{GOOD}\n  hostUsers: false").replace("runAsNonRoot: true, ", "runAsUser: 0, "),
            TIGHT.to_owned(),
            &[],
        ),
        // Baseline allows it to such a pod.
        (
            format!("{GOOD}\n  hostUsers: false"),
            with("procMount: Unmasked"),
            &["procMount_restricted"],
        ),
        (
            GOOD.to_owned(),
            TIGHT.replace("[ALL]", "[all]"),
            &["capabilities_restricted"],
        ),
        (
            GOOD.to_owned(),
            TIGHT.replace("[ALL]", "[ALL], add: [NET_BIND_SERVICE]"),
            &[],
        ),
        (
            GOOD.to_owned(),
            TIGHT.replace("[ALL]", "[ALL], add: [CHOWN]"),
            &["capabilities_restricted"],
        ),
        (
            format!("{GOOD}\n  volumes: [{{name: v, nfs: {{}}}}]"),
            TIGHT.to_owned(),
            &["restrictedVolumes"],
        ),
        (
            format!("{GOOD}\n  volumes: [{{name: v, emptyDir: {{}}}}]"),
            TIGHT.to_owned(),
            &[],
        ),
        // Without any source a volume is an emptyDir.
        (
            format!("{GOOD}\n  volumes: [{{name: v}}]"),
            TIGHT.to_owned(),
            &[],
        ),
        (
            format!("{GOOD}\n  volumes: [{{name: v, emptyDir: null}}]"),
            TIGHT.to_owned(),
            &[],
        ),
        (
            format!("{GOOD}\n  volumes: [{{name: v, image: {{reference: x}}}}]"),
            TIGHT.to_owned(),
            &[],
        ),
        // Windows pods are exempt from what Windows does not have.
        (
            "securityContext: {runAsNonRoot: true}\n  os: {name: windows}".to_owned(),
            String::new(),
            &[],
        ),
        (
            "os: {name: windows}".to_owned(),
            String::new(),
            &["runAsNonRoot"],
        ),
        (
            format!("{GOOD}\n  initContainers: [{{name: i, image: i}}]"),
            TIGHT.to_owned(),
            &loose,
        ),
    ] {
        check(&pod(&of_pod, &of_container), "restricted", wanted);
    }
}

/// What an older version's standard said otherwise, with the version that changed it.
#[test]
fn older_versions() {
    for (of_pod, of_container, level, wanted) in [
        (
            "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}",
            "",
            "baseline_before",
            ("sysctls", 32),
        ),
        (
            "securityContext: {sysctls: [{name: net.ipv4.tcp_notsent_lowat, value: '1'}]}",
            "",
            "baseline_before",
            ("sysctls", 37),
        ),
        (
            "securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: '1'}]}",
            "",
            "baseline_before",
            ("sysctls", 27),
        ),
        (
            "securityContext: {seLinuxOptions: {type: container_engine_t}}",
            "",
            "baseline_before",
            ("seLinuxOptions", 31),
        ),
        (
            "hostUsers: false",
            "securityContext: {procMount: Unmasked}",
            "baseline_before",
            ("procMount", 35),
        ),
        (
            "hostUsers: false",
            "",
            "restricted_before",
            ("runAsNonRoot", 35),
        ),
        (
            "os: {name: windows}",
            "",
            "restricted_before",
            ("seccompProfile_restricted", 25),
        ),
    ] {
        let text = pod(of_pod, of_container);
        let collected = read(&text);
        let fact = fact(&collected, "workload default/Pod/p");
        let found = fact.value.pointer(&format!("/pod_security/{level}/0"));
        let found = found.map(|first| (first["control"].as_str(), first["before"].as_i64()));
        assert_eq!(found, Some((Some(wanted.0), Some(wanted.1))), "{text}");
    }
}

#[test]
fn annotations_for_seccomp_counted_until_1_19() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {\
                seccomp.security.alpha.kubernetes.io/pod: unconfined, \
                container.seccomp.security.alpha.kubernetes.io/c: docker/default, \
                container.seccomp.security.alpha.kubernetes.io/other: unconfined}}\n\
                spec: {containers: [{name: c, image: c}]}\n";
    let collected = read(text);
    let value = &fact(&collected, "workload default/Pod/p").value;
    let before = value.pointer("/pod_security/baseline_before");
    let before = before.and_then(Value::as_array).expect("a list");
    assert_eq!(before.len(), 1, "{before:?}");
    assert_eq!(
        before.first().map(|only| only["before"].clone()),
        Some(19.into())
    );
    assert_eq!(
        value.pointer("/pod_security/baseline"),
        Some(&Value::Array(Vec::new()))
    );
}
