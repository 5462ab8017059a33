//! Pods that meet the restricted standard, each changed in up to four fields that the standards look
//! at. The same number of pods is the same pods.

use serde_json::{Value, json};

/// A small generator of numbers (xorshift), so that a failure can be seen again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

/// So many pods.
pub(crate) fn generated(number: usize) -> Vec<Value> {
    let mut dice = Dice(0x5eed);
    let fields = fields();
    let pod = |number: usize| {
        let mut pod = good(number, &mut dice);
        for _ in 0..dice.roll(5) {
            let (path, values) = dice.of(&fields);
            let value = dice.of(values).clone();
            set(&mut pod, &path.replace('*', lists(&mut dice)), value);
        }
        pod
    };
    (0..number).map(pod).collect()
}

/// A container of one of the three lists.
fn lists(dice: &mut Dice) -> &'static str {
    const LISTS: [&str; 4] = [
        "containers/0",
        "containers/1",
        "initContainers/0",
        "ephemeralContainers/0",
    ];
    LISTS[dice.roll(LISTS.len())]
}

/// A pod that meets restricted, or would but for what its system is.
fn good(number: usize, dice: &mut Dice) -> Value {
    let container = |name: &str| {
        json!({
            "name": name, "image": "registry.example.com/app:1",
            "ports": [{ "containerPort": 8080 }],
            "securityContext": {
                "allowPrivilegeEscalation": false, "runAsNonRoot": true,
                "capabilities": { "drop": ["ALL"] },
                "seccompProfile": { "type": "RuntimeDefault" },
            },
        })
    };
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": format!("pod-{number}"), "namespace": "shop" },
        "spec": {
            "securityContext": { "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } },
            "containers": [container("a"), container("b")],
            "initContainers": [container("i")],
            "ephemeralContainers": [container("e")],
            "volumes": [{ "name": "tmp", "emptyDir": {} }],
        },
    });
    // A container may leave to its pod what the pod says.
    if dice.roll(2) == 0 {
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            for container in pod["spec"][list].as_array_mut().unwrap() {
                let context = container["securityContext"].as_object_mut().unwrap();
                context.remove("runAsNonRoot");
                context.remove("seccompProfile");
            }
        }
    }
    match dice.roll(12) {
        0 => pod["spec"]["os"] = json!({ "name": "windows" }),
        1 => pod["spec"]["os"] = json!({ "name": "linux" }),
        _ => {}
    }
    pod
}

/// Sets the field at a path, making what is missing on the way; `null` takes it away.
fn set(pod: &mut Value, path: &str, value: Value) {
    let mut place = pod;
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let part = part.replace('~', "/");
        if let Ok(index) = part.parse::<usize>() {
            place = &mut place[index];
            continue;
        }
        if !place.is_object() {
            *place = json!({});
        }
        if parts.peek().is_none() && value.is_null() {
            place.as_object_mut().unwrap().remove(&part);
            return;
        }
        place = &mut place[part];
    }
    *place = value;
}

type Fields = Vec<(&'static str, Vec<Value>)>;

/// The fields that the standards look at, each with values of every kind that they tell apart. A star
/// stands for a container of any list, a tilde for a slash within a name.
fn fields() -> Fields {
    let mut fields = of_the_pod();
    fields.extend(of_containers());
    fields.extend(handlers_of_containers());
    fields.extend(annotations());
    fields
}

fn of_the_pod() -> Fields {
    vec![
        ("spec/hostNetwork", yes_no()),
        ("spec/hostPID", yes_no()),
        ("spec/hostIPC", yes_no()),
        ("spec/hostUsers", yes_no()),
        ("spec/securityContext", vec![Value::Null, json!({})]),
        ("spec/securityContext/runAsNonRoot", yes_no()),
        ("spec/securityContext/runAsUser", users()),
        ("spec/securityContext/seccompProfile/type", seccomp()),
        ("spec/securityContext/seccompProfile", vec![Value::Null]),
        ("spec/securityContext/appArmorProfile", apparmor()),
        ("spec/securityContext/seLinuxOptions", selinux()),
        ("spec/securityContext/windowsOptions/hostProcess", yes_no()),
        ("spec/securityContext/sysctls", sysctls()),
        ("spec/volumes", volumes()),
    ]
}

fn of_containers() -> Fields {
    let added: [&[&str]; 10] = [
        &[],
        &["NET_BIND_SERVICE"],
        &["CHOWN"],
        &["SYS_ADMIN"],
        &["NET_BIND_SERVICE", "KILL"],
        &["ALL"],
        &["NET_RAW"],
        &["CAP_CHOWN"],
        &["chown"],
        &["AUDIT_WRITE"],
    ];
    let dropped: [&[&str]; 5] = [&[], &["ALL"], &["all"], &["NET_RAW"], &["CHOWN", "ALL"]];
    let mounts = vec![json!("Default"), json!("Unmasked"), Value::Null];
    let ports = vec![json!(0), json!(8080), Value::Null];
    let lists = |sets: &[&[&str]]| sets.iter().map(|set| json!(set)).collect();
    vec![
        ("spec/*/securityContext", vec![Value::Null, json!({})]),
        ("spec/*/securityContext/privileged", yes_no()),
        ("spec/*/securityContext/allowPrivilegeEscalation", yes_no()),
        ("spec/*/securityContext/runAsNonRoot", yes_no()),
        ("spec/*/securityContext/runAsUser", users()),
        ("spec/*/securityContext/procMount", mounts),
        ("spec/*/securityContext/seccompProfile/type", seccomp()),
        ("spec/*/securityContext/seccompProfile", vec![Value::Null]),
        ("spec/*/securityContext/appArmorProfile", apparmor()),
        ("spec/*/securityContext/seLinuxOptions", selinux()),
        (
            "spec/*/securityContext/windowsOptions/hostProcess",
            yes_no(),
        ),
        (
            "spec/*/securityContext/capabilities",
            vec![Value::Null, json!({})],
        ),
        ("spec/*/securityContext/capabilities/add", lists(&added)),
        ("spec/*/securityContext/capabilities/drop", lists(&dropped)),
        ("spec/*/ports/0/hostPort", ports),
    ]
}

fn handlers_of_containers() -> Fields {
    let fields = [
        "spec/*/livenessProbe",
        "spec/*/readinessProbe",
        "spec/*/startupProbe",
        "spec/*/lifecycle/postStart",
        "spec/*/lifecycle/preStop",
    ];
    fields.map(|field| (field, handlers())).to_vec()
}

fn annotations() -> Fields {
    let words = [
        "runtime/default",
        "localhost/own",
        "unconfined",
        "",
        "other",
    ];
    let fields = [
        "metadata/annotations/container.apparmor.security.beta.kubernetes.io~a",
        "metadata/annotations/container.apparmor.security.beta.kubernetes.io~i",
        "metadata/annotations/container.apparmor.security.beta.kubernetes.io~none",
        "metadata/annotations/seccomp.security.alpha.kubernetes.io~pod",
        "metadata/annotations/container.seccomp.security.alpha.kubernetes.io~a",
        "metadata/annotations/container.seccomp.security.alpha.kubernetes.io~e",
    ];
    fields
        .map(|field| (field, words.map(Value::from).to_vec()))
        .to_vec()
}

fn yes_no() -> Vec<Value> {
    vec![json!(true), json!(false), Value::Null]
}

fn users() -> Vec<Value> {
    vec![json!(0), json!(1000), Value::Null]
}

fn seccomp() -> Vec<Value> {
    ["RuntimeDefault", "Localhost", "Unconfined"]
        .map(Value::from)
        .to_vec()
}

fn apparmor() -> Vec<Value> {
    vec![
        json!({ "type": "RuntimeDefault" }),
        json!({ "type": "Localhost", "localhostProfile": "own" }),
        json!({ "type": "Unconfined" }),
    ]
}

fn selinux() -> Vec<Value> {
    let types = [
        "",
        "container_t",
        "container_init_t",
        "container_kvm_t",
        "container_engine_t",
        "spc_t",
    ];
    let mut all: Vec<Value> = types.iter().map(|kind| json!({ "type": kind })).collect();
    all.extend([
        json!({ "user": "system_u" }),
        json!({ "role": "sysadm_r" }),
        json!({ "level": "s0" }),
        json!({}),
    ]);
    all
}

/// Hosts that a kubelet may be sent to, in each way in which something is asked.
fn handlers() -> Vec<Value> {
    let hosts = [
        Some(""),
        Some("127.0.0.1"),
        Some("10.0.0.1"),
        Some("localhost"),
        Some("::1"),
        None,
    ];
    let mut all = vec![json!({ "exec": { "command": ["true"] } }), Value::Null];
    for host in hosts {
        for kind in ["httpGet", "tcpSocket"] {
            let mut handler = json!({ kind: { "port": 8080 } });
            if let Some(host) = host {
                handler[kind]["host"] = host.into();
            }
            all.push(handler);
        }
    }
    all
}

fn sysctls() -> Vec<Value> {
    let names = [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
        "net.ipv4.tcp_notsent_lowat",
        "net.ipv4.tcp_slow_start_after_idle",
        "kernel.msgmax",
        "net/ipv4/tcp_syncookies",
        "net.core.somaxconn",
    ];
    let one = |name: &&str| json!([{ "name": name, "value": "1" }]);
    names
        .iter()
        .map(one)
        .chain([json!([]), Value::Null])
        .collect()
}

/// One of each kind. One without a source is left out: the API server makes an emptyDir of it before
/// its admission looks, and the oracle has no API server before it.
fn volumes() -> Vec<Value> {
    let sources = json!({
        "configMap": { "name": "x" }, "secret": { "secretName": "x" }, "emptyDir": {}, "projected": { "sources": [] },
        "downwardAPI": { "items": [] }, "persistentVolumeClaim": { "claimName": "x" },
        "csi": { "driver": "x" }, "ephemeral": { "volumeClaimTemplate": { "spec": {} } },
        "hostPath": { "path": "/x" }, "nfs": { "server": "x", "path": "/" },
        "iscsi": { "targetPortal": "x", "iqn": "x", "lun": 0 }, "gitRepo": { "repository": "x" },
        "image": { "reference": "x" }, "flexVolume": { "driver": "x" }, "azureFile": { "secretName": "x", "shareName": "x" },
        "fc": {}, "rbd": { "monitors": [], "image": "x" }, "gcePersistentDisk": { "pdName": "x" },
        "awsElasticBlockStore": { "volumeID": "x" }, "cephfs": { "monitors": [] },
    });
    let sources = sources.as_object().unwrap();
    let one = |(kind, source): (&String, &Value)| json!([{ "name": "v", kind.as_str(): source }]);
    sources.iter().map(one).chain([Value::Null]).collect()
}
