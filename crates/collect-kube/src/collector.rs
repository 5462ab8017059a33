//! The collector `k8s/manifests`, and the target kind `kubernetes` with its two sources.

use crate::build;
use crate::evidence::{Evident, Looking, evident};
use crate::facts::fact_schemas;
use crate::live::{self, TARGET};
use crate::parts;
use crate::read::{self, HelmOptions, ManifestSource};
use crate::signing;
use jiff::Timestamp;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, TargetKind};
use seaworthy_model::{FactSchema, ReasonCode, Target, Unassessed};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

const ID: &str = "k8s/manifests";

/// The collectors of this family.
#[must_use]
pub fn collectors() -> Vec<Box<dyn Collector>> {
    vec![
        Box::new(Manifests),
        Box::new(live::Cluster),
        Box::new(signing::SigningKeys),
    ]
}

/// The kinds of target of this family.
#[must_use]
pub fn target_kinds() -> Vec<TargetKind> {
    vec![
        TargetKind {
            kind: TARGET,
            key: TARGET,
            summary: "Kubernetes: manifests, or a live cluster",
            schema: with_live(json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "manifests": {
                        "description": "A file, folder or archive (.tar, .tar.gz, .tgz, .zip) of manifests, or a list of them.",
                        "anyOf": [
                            {"type": "string", "minLength": 1},
                            {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
                        ],
                    },
                    "helm": seaworthy_collect::schema_of::<HelmOptions>(),
                },
                "anyOf": [
                    {"required": ["manifests"]},
                    {"required": ["kubeconfig"]},
                    {"required": ["context"]},
                    {"required": ["in_cluster"]},
                ],
            })),
            default_name: |spec| {
                let named = paths(spec).into_iter().next();
                let words = ["context", "kubeconfig"].into_iter();
                let live = words.filter_map(|field| spec[field].as_str()).next();
                named.or_else(|| live.map(str::to_owned)).or_else(|| {
                    let in_cluster = crate::json::is_true(&spec["in_cluster"]);
                    in_cluster.then(|| "in-cluster".to_owned())
                })
            },
            check: live::complaints,
            paths: &["manifests", "kubeconfig", "helm/values"],
        },
        signing::target_kind(),
    ]
}

/// The schema of an entry with what may be said of a live cluster.
fn with_live(mut schema: Value) -> Value {
    if let (Some(all), Value::Object(live)) =
        (schema["properties"].as_object_mut(), live::properties())
    {
        all.extend(live);
    }
    schema
}

/// Reads manifests into facts: what the collector does, for sources that need not be files.
/// `at` is the present instant, for provenance and for what is left of certificates.
pub fn read_manifests(sources: &[ManifestSource], target: &str, at: Timestamp, sink: &Sink) {
    let rendered = read::Rendered::default();
    look(
        sources,
        rendered,
        (looking(target, at), at),
        &mut |told| match told {
            Told::Fact(fact) => fact.put(sink),
            Told::Unread(missed) => sink.unassessed(missed),
        },
    );
}

fn looking(target: &str, at: Timestamp) -> Looking {
    Looking {
        target: target.to_owned(),
        collector: ID,
        at,
        renderings: BTreeMap::new(),
    }
}

/// What a look at manifests brings.
enum Told {
    Fact(Box<Evident>),
    Unread(Unassessed),
}

fn look(
    sources: &[ManifestSource],
    rendered: read::Rendered,
    (mut looking, as_of): (Looking, Timestamp),
    tell: &mut dyn FnMut(Told),
) {
    let mut reading = read::read(sources, rendered);
    looking.renderings = std::mem::take(&mut reading.renderings);
    let mut take = |draft| tell(Told::Fact(Box::new(evident(draft, &looking))));
    build::build(&reading.inventory, as_of, &mut take);
    take(build::manifests(&reading));
    let kinds = kinds();
    for trouble in reading.troubles {
        tell(Told::Unread(Unassessed {
            target: looking.target.clone(),
            request: ID.to_owned(),
            kinds: kinds.clone(),
            reason: trouble.reason,
            detail: trouble.detail,
            location: trouble.location,
            attempts: Vec::new(),
        }));
    }
}

fn kinds() -> Vec<String> {
    fact_schemas()
        .into_iter()
        .map(|schema| schema.kind.to_owned())
        .filter(|kind| kind != "manifests")
        .collect()
}

fn paths(spec: &Value) -> Vec<String> {
    let manifests = &spec["manifests"];
    match manifests.as_str() {
        Some(path) => vec![path.to_owned()],
        None => crate::json::strings(manifests),
    }
}

/// Reads the files and folders that a target names.
struct Manifests;

impl Collector for Manifests {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        TARGET
    }

    fn facts(&self) -> Vec<FactSchema> {
        fact_schemas()
    }

    fn accepts(&self, target: &Target) -> bool {
        !paths(&target.spec.value()).is_empty()
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        paths(&target.spec.value())
            .iter()
            .map(|path| read::describe(path))
            .collect()
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let sources: Vec<ManifestSource> = paths(&target.spec.value())
                .into_iter()
                .map(|path| ManifestSource::Path(PathBuf::from(path)))
                .collect();
            // Reading and parsing files would hold up the connections of other collectors.
            let helm = HelmOptions::deserialize(&target.spec.value()["helm"]).unwrap_or_default();
            let rendered = read::render(&sources, &helm).await;
            let as_of = context.as_of;
            let own = looking(&target.name, context.now());
            let looked = parts::gather(sink, move |parts| {
                look(&sources, rendered, (own, as_of), &mut |told| match told {
                    Told::Fact(fact) => parts.fact(*fact),
                    Told::Unread(missed) => parts.unassessed(missed),
                });
            });
            if let Err(error) = looked.await {
                sink.unassessed(Unassessed {
                    target: target.name.clone(),
                    request: ID.to_owned(),
                    kinds: kinds(),
                    reason: ReasonCode::CollectorFailed,
                    detail: format!("failed to read the manifests: {error}"),
                    location: None,
                    attempts: Vec::new(),
                });
            }
        })
    }
}
