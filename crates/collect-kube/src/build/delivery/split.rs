//! Traffic that is split between versions.

use crate::build::Draft;
use crate::facts::{TrafficSplit, WeightedBackend};
use crate::inventory::Inventory;
use crate::json::{is_set, items, text};
use crate::object::Object;
use crate::value::Value;

const NGINX: &str = "nginx.ingress.kubernetes.io/";

/// What reads the traffic of one kind of object.
type Reader = fn(&Object) -> Option<TrafficSplit>;

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let readers: [(&str, &str, Reader); 6] = [
        ("Rollout", "argoproj.io", argo),
        ("Canary", "flagger.app", flagger),
        ("HTTPRoute", "gateway.networking.k8s.io", route),
        ("GRPCRoute", "gateway.networking.k8s.io", route),
        ("Ingress", "networking.k8s.io", nginx),
        ("VirtualService", "networking.istio.io", istio),
    ];
    let mut drafts = Vec::new();
    for (kind, group, read) in readers {
        for object in inventory.of_kind(kind).filter(|o| o.group() == group) {
            drafts.extend(read(object).map(|fact| {
                Draft::new("traffic_split", fact.reference.clone(), &fact)
                    .about(object)
                    .of(&object.value)
            }));
        }
    }
    drafts
}

fn blank(object: &Object, engine: &str, strategy: &str) -> TrafficSplit {
    let path = match engine {
        "argo_rollouts" => Some("spec.strategy"),
        "flagger" => Some("spec.analysis"),
        "gateway_api" => Some("spec.rules"),
        "ingress_nginx" => Some("metadata.annotations"),
        "istio" => Some("spec.http"),
        _ => None,
    };
    TrafficSplit {
        reference: object.reference(),
        engine: engine.to_owned(),
        path: path.map(str::to_owned),
        strategy: strategy.to_owned(),
        steps: Vec::new(),
        backends: Vec::new(),
        canary_weight: None,
        phase: text(&object.value["status"]["phase"]).map(str::to_owned),
        analysed: false,
    }
}

fn argo(object: &Object) -> Option<TrafficSplit> {
    let strategy = &object.spec()["strategy"];
    let (name, canary) = (&strategy["blueGreen"], &strategy["canary"]);
    if is_set(name) {
        let mut split = blank(object, "argo_rollouts", "blue_green");
        split.analysed = is_set(&name["prePromotionAnalysis"]);
        return Some(split);
    }
    if !is_set(canary) {
        return None;
    }
    let mut split = blank(object, "argo_rollouts", "canary");
    let steps = items(&canary["steps"]);
    split.steps = steps
        .iter()
        .filter_map(|step| step["setWeight"].as_i64())
        .collect();
    split.analysed =
        is_set(&canary["analysis"]) || steps.iter().any(|step| is_set(&step["analysis"]));
    let weights = &object.value["status"]["canary"]["weights"];
    split.canary_weight = weights["canary"]["weight"].as_i64();
    Some(split)
}

fn flagger(object: &Object) -> Option<TrafficSplit> {
    let analysis = &object.spec()["analysis"];
    let steps: Vec<i64> = match (
        analysis["maxWeight"].as_i64(),
        analysis["stepWeight"].as_i64(),
    ) {
        (Some(most), Some(step)) if step > 0 && most > 0 && most <= 100 => {
            (1..=most / step).map(|n| n * step).collect()
        }
        _ => items(&analysis["stepWeights"])
            .iter()
            .filter_map(Value::as_i64)
            .collect(),
    };
    let strategy = if steps.is_empty() {
        "blue_green"
    } else {
        "canary"
    };
    let mut split = blank(object, "flagger", strategy);
    split.steps = steps;
    split.analysed =
        !items(&analysis["metrics"]).is_empty() || !items(&analysis["webhooks"]).is_empty();
    split.canary_weight = object.value["status"]["canaryWeight"].as_i64();
    Some(split)
}

/// A rule of an HTTPRoute or GRPCRoute with several backends.
fn route(object: &Object) -> Option<TrafficSplit> {
    let rule = items(&object.spec()["rules"])
        .iter()
        .find(|rule| items(&rule["backendRefs"]).len() > 1)?;
    let backends = items(&rule["backendRefs"]).iter().map(|backend| {
        let name = backend["name"].as_str().unwrap_or_default().to_owned();
        (name, backend["weight"].as_i64().unwrap_or(1))
    });
    Some(weighted(blank(object, "gateway_api", "weights"), backends))
}

fn istio(object: &Object) -> Option<TrafficSplit> {
    let rule = items(&object.spec()["http"])
        .iter()
        .find(|rule| items(&rule["route"]).len() > 1)?;
    let backends = items(&rule["route"]).iter().map(|route| {
        let host = route["destination"]["host"].as_str().unwrap_or_default();
        let name = match text(&route["destination"]["subset"]) {
            Some(subset) => format!("{host}/{subset}"),
            None => host.to_owned(),
        };
        (name, route["weight"].as_i64().unwrap_or(0))
    });
    Some(weighted(blank(object, "istio", "weights"), backends))
}

fn nginx(object: &Object) -> Option<TrafficSplit> {
    let annotation = |name: &str| text(&object.annotations()[format!("{NGINX}{name}").as_str()]);
    if annotation("canary") != Some("true") {
        return None;
    }
    let mut split = blank(object, "ingress_nginx", "canary");
    let number = |name: &str| annotation(name).and_then(|value| value.parse::<i64>().ok());
    let total = number("canary-weight-total").filter(|total| *total > 0);
    // A header or a cookie alone sends nobody there by weight.
    let weight = number("canary-weight").unwrap_or(0);
    split.canary_weight = Some(weight.saturating_mul(100) / total.unwrap_or(100));
    Some(split)
}

/// The shares of the backends, and of the one that is called after the new version.
fn weighted(
    mut split: TrafficSplit,
    backends: impl Iterator<Item = (String, i64)>,
) -> TrafficSplit {
    let backends: Vec<(String, i64)> = backends.collect();
    let sum: i64 = backends.iter().map(|(_, weight)| (*weight).max(0)).sum();
    split.backends = backends
        .into_iter()
        .map(|(name, weight)| WeightedBackend {
            name,
            percent: weight
                .max(0)
                .saturating_mul(100)
                .checked_div(sum)
                .unwrap_or(0),
        })
        .collect();
    let is_new = |name: &str| {
        ["canary", "preview", "green"]
            .iter()
            .any(|word| name.contains(word))
    };
    let mut new = split
        .backends
        .iter()
        .filter(|backend| is_new(&backend.name));
    split.canary_weight = match (new.next(), new.next()) {
        (Some(only), None) => Some(only.percent),
        _ => None,
    };
    split
}
