//! One container, with the pod's security context and the namespace's defaults applied.

use super::resources::{self, Defaults};
use super::{image, references};
use crate::facts::{Container, ContainerKind, ContainerPort, ContainerProbe, Resources};
use crate::json::{is_true, items, strings, text};
use crate::secret_like::looks_secret;
use crate::value::Value;

/// The containers of a pod template, which stands at `at` in its object, with the fields of theirs
/// that could not be read.
pub(super) fn containers(
    spec: &Value,
    at: &str,
    long_running: bool,
    defaults: Option<&Defaults>,
) -> (Vec<Container>, Vec<(String, String)>) {
    let mut unreadable = Vec::new();
    let lists = [
        ("initContainers", ContainerKind::Init),
        ("containers", ContainerKind::Container),
        ("ephemeralContainers", ContainerKind::Ephemeral),
    ];
    let mut found = Vec::new();
    for (list, kind) in lists {
        for (number, value) in items(&spec[list]).iter().enumerate() {
            let is_sidecar = value["restartPolicy"].as_str() == Some("Always");
            let kind = if kind == ContainerKind::Init && is_sidecar {
                ContainerKind::Sidecar
            } else {
                kind
            };
            let mut container = container(
                value,
                kind,
                &spec["securityContext"],
                long_running,
                defaults,
            );
            let dot = if at.is_empty() { "" } else { "." };
            container.path = format!("{at}{dot}spec.{list}[{number}]");
            unreadable.extend(unreadable_amounts(value, &container.name));
            found.push(container);
        }
    }
    (found, unreadable)
}

/// The paths of the amounts that hold no quantity. An unreadable limit makes the request unknown
/// too, which would follow from it.
fn unreadable_amounts(value: &Value, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (mapping, fields) in [
        ("requests", &["stated_requests", "requests"][..]),
        ("limits", &["stated_limits", "limits", "requests"][..]),
    ] {
        for amount in resources::unreadable(&value["resources"][mapping]) {
            for field in fields {
                found.push((
                    format!("containers[].{field}.{amount}"),
                    format!("the {mapping} of container {name} hold no quantity"),
                ));
            }
        }
    }
    found
}

fn container(
    value: &Value,
    kind: ContainerKind,
    pod: &Value,
    long_running: bool,
    defaults: Option<&Defaults>,
) -> Container {
    let context = &value["securityContext"];
    let inherited = |field: &str| {
        let own = &context[field];
        if own.is_null() { &pod[field] } else { own }
    };
    let image = value["image"].as_str().unwrap_or_default().to_owned();
    let (image_tag, image_digest) = image::parts(&image);
    let (stated_requests, stated_limits, requests, limits) = amounts(value, kind, defaults);
    let run_as_non_root = inherited("runAsNonRoot").as_bool();
    let run_as_user = inherited("runAsUser").as_i64();
    let privileged = is_true(&context["privileged"]);
    let liveness = probe(&value["livenessProbe"]);
    let readiness = probe(&value["readinessProbe"]);
    Container {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        kind,
        path: String::new(),
        long_running: long_running
            && matches!(kind, ContainerKind::Container | ContainerKind::Sidecar),
        image,
        image_tag,
        image_digest,
        image_pull_policy: text(&value["imagePullPolicy"]).map(str::to_owned),
        stated_requests,
        stated_limits,
        requests,
        limits,
        liveness_equals_readiness: equals(value, liveness.as_ref(), readiness.as_ref()),
        liveness,
        readiness,
        startup: probe(&value["startupProbe"]),
        run_as_non_root,
        run_as_user,
        may_run_as_root: match run_as_user {
            Some(user) => user == 0,
            None => run_as_non_root != Some(true),
        },
        privileged,
        read_only_root_filesystem: is_true(&context["readOnlyRootFilesystem"]),
        allow_privilege_escalation: context["allowPrivilegeEscalation"].as_bool() != Some(false),
        capabilities_added: strings(&context["capabilities"]["add"]),
        capabilities_dropped: strings(&context["capabilities"]["drop"]),
        seccomp_profile: text(&inherited("seccompProfile")["type"]).map(str::to_owned),
        host_ports: items(&value["ports"])
            .iter()
            .filter_map(|port| port["hostPort"].as_i64())
            .filter(|port| *port != 0)
            .collect(),
        inline_secrets: inline_secrets(value),
        ports: items(&value["ports"])
            .iter()
            .filter_map(|port| {
                Some(ContainerPort {
                    port: port["containerPort"].as_i64()?,
                    name: text(&port["name"]).map(str::to_owned),
                })
            })
            .collect(),
        duplicate_env: references::duplicate_env(value),
        env_from_secrets: references::env_from_secrets(value),
        unresolved_probe_ports: references::unresolved_probe_ports(value),
        pre_stop: value["lifecycle"]["preStop"].is_object(),
    }
}

fn amounts(
    value: &Value,
    kind: ContainerKind,
    defaults: Option<&Defaults>,
) -> (Resources, Resources, Resources, Resources) {
    let requests = resources::amounts(&value["resources"]["requests"]);
    let limits = resources::amounts(&value["resources"]["limits"]);
    // Ephemeral containers have no resources of their own, and no defaults.
    let defaults = defaults.filter(|_| kind != ContainerKind::Ephemeral);
    let (effective_requests, effective_limits) = resources::effective(&requests, &limits, defaults);
    (requests, limits, effective_requests, effective_limits)
}

/// A probe; one without anything to ask is none.
fn probe(value: &Value) -> Option<ContainerProbe> {
    let kind = [
        ("httpGet", "http"),
        ("tcpSocket", "tcp"),
        ("exec", "exec"),
        ("grpc", "grpc"),
    ]
    .into_iter()
    .find(|(field, _)| value[*field].is_object())?
    .1;
    // Kubernetes reads 0 as unset, except for the delay, whose default it is.
    let number = |field: &str, default: i64| {
        value[field]
            .as_i64()
            .filter(|number| *number != 0)
            .unwrap_or(default)
    };
    Some(ContainerProbe {
        kind: kind.to_owned(),
        initial_delay_seconds: number("initialDelaySeconds", 0),
        period_seconds: number("periodSeconds", 10),
        timeout_seconds: number("timeoutSeconds", 1),
        failure_threshold: number("failureThreshold", 3),
    })
}

fn equals(
    value: &Value,
    liveness: Option<&ContainerProbe>,
    readiness: Option<&ContainerProbe>,
) -> bool {
    let (Some(liveness), Some(readiness)) = (liveness, readiness) else {
        return false;
    };
    let patience =
        |probe: &ContainerProbe| probe.period_seconds.saturating_mul(probe.failure_threshold);
    let asks_the_same = ["httpGet", "tcpSocket", "exec", "grpc"]
        .iter()
        .all(|action| {
            let asked = |probe: &str| spelt_out(&value[probe][*action], action, &value["ports"]);
            asked("livenessProbe") == asked("readinessProbe")
        });
    asks_the_same && patience(liveness) <= patience(readiness)
}

/// What a probe asks, with what the API server fills in and with the number of a named port
/// (core/v1, `HTTPGetAction`, `GRPCAction`).
fn spelt_out(action: &Value, name: &str, ports: &Value) -> Value {
    let mut action = action.clone();
    let Some(fields) = action.as_object_mut() else {
        return action;
    };
    fields.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
    let filled_in: &[(&str, &str)] = match name {
        "httpGet" => &[("path", "/"), ("scheme", "HTTP")],
        _ => &[],
    };
    for (field, value) in filled_in {
        if fields.get(field).is_none() {
            fields.insert(field, (*value).into());
        }
    }
    let port = items(ports).iter().find(|port| {
        let named = fields.get("port").and_then(Value::as_str);
        named.is_some() && port["name"].as_str() == named
    });
    if let Some(port) = port {
        fields.insert("port", port["containerPort"].clone());
    }
    action
}

/// The names of variables and arguments whose literal value looks like a secret.
fn inline_secrets(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for variable in items(&value["env"]) {
        let name = variable["name"].as_str().unwrap_or_default();
        if let Some(literal) = variable["value"].as_str()
            && looks_secret(name, literal)
        {
            found.push(name.to_owned());
        }
    }
    for list in ["command", "args"] {
        let words = strings(&value[list]);
        for (index, word) in words.iter().enumerate() {
            let (name, rest) = match word.strip_prefix('-').and_then(|w| w.split_once('=')) {
                Some((name, rest)) => (name.trim_start_matches('-').to_owned(), rest.to_owned()),
                None if word.starts_with('-') => (
                    word.trim_start_matches('-').to_owned(),
                    words
                        .get(index + 1)
                        .filter(|next| !next.starts_with('-'))
                        .cloned()
                        .unwrap_or_default(),
                ),
                None => (String::new(), word.clone()),
            };
            if looks_secret(&name, &rest) {
                found.push(if name.is_empty() {
                    format!("{list}[{index}]")
                } else {
                    format!("--{name}")
                });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}
