//! Every list, each asked for once, and what each brought.

use super::api::{Api, refusal};
use super::discovery::{Discovery, Served};
use super::list::{Ended, Form, Listed, list};
use super::resources::{RESOURCES, Resource, SECRETS, Scope};
use super::spec::ClusterSpec;
use super::{compact, secrets};
use crate::value::{Reader, Value};
use futures_util::stream::{self, StreamExt as _};
use http::StatusCode;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;

/// Lists under way at a time; the budget of connections may hold them back further.
const AT_A_TIME: usize = 4;
const JSON: &str = "application/json";

/// An object as it was listed, before it is one of the inventory.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) resource: &'static Resource,
    pub(super) version: String,
    pub(super) value: Value,
}

/// A list that was read whole.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) resource: &'static Resource,
    pub(super) version: String,
    pub(super) listed: Listed,
}

/// A list that was not.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) resource: &'static Resource,
    /// Where only one namespace's list failed.
    pub(super) namespace: Option<String>,
    pub(super) trouble: Trouble,
}

/// All that the cluster told.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) objects: Vec<Found>,
    pub(super) whole: Vec<Whole>,
    pub(super) unread: Vec<Unread>,
    /// Kinds that the cluster does not know.
    pub(super) not_served: Vec<&'static Resource>,
}

/// Asks for every kind that the cluster serves.
pub(super) async fn gather(api: &Api<'_>, spec: &ClusterSpec, discovery: &Discovery) -> Gathered {
    let mut gathered = Gathered::default();
    let mut wanted = Vec::new();
    for resource in RESOURCES {
        match discovery.served(resource) {
            Served::In(version) => wanted.extend(places(resource, spec).map(|namespace| Wanted {
                resource,
                version: version.clone(),
                namespace,
            })),
            Served::Nowhere => gathered.not_served.push(resource),
            Served::Unknown(trouble) => gathered.unread.push(Unread {
                resource,
                namespace: None,
                trouble,
            }),
        }
    }
    let mut answers = stream::iter(wanted)
        .map(|wanted| ask(api, wanted))
        .buffer_unordered(AT_A_TIME);
    while let Some((wanted, ended, values)) = answers.next().await {
        gathered.add(wanted, ended, values);
    }
    drop(answers);
    named_secrets(api, spec, &mut gathered).await;
    gathered
}

/// A list that is to be read.
struct Wanted {
    resource: &'static Resource,
    version: String,
    namespace: Option<String>,
}

async fn ask(api: &Api<'_>, wanted: Wanted) -> (Wanted, Ended, Vec<Value>) {
    let resource = wanted.resource;
    let namespace = wanted.namespace.as_deref();
    let path = path(resource, &wanted.version, namespace);
    let (ended, values) = if resource.plural == "namespaces" && namespace.is_some() {
        one(api, &path, resource).await
    } else {
        list(api, &path, resource, form(resource)).await
    };
    (wanted, ended, values)
}

impl Gathered {
    fn add(&mut self, wanted: Wanted, ended: Ended, values: Vec<Value>) {
        let Wanted {
            resource,
            version,
            namespace,
        } = wanted;
        match ended {
            Ended::Whole(listed) => {
                self.objects.extend(values.into_iter().map(|value| Found {
                    resource,
                    version: version.clone(),
                    value,
                }));
                self.whole.push(Whole {
                    resource,
                    version,
                    listed,
                });
            }
            Ended::NotServed => self.not_served.push(resource),
            Ended::Failed(trouble) => self.unread.push(Unread {
                resource,
                namespace,
                trouble,
            }),
        }
    }
}

/// The namespaces that a kind is listed in; `None` for the whole cluster.
pub(super) fn places<'s>(
    resource: &Resource,
    spec: &'s ClusterSpec,
) -> impl Iterator<Item = Option<String>> + use<'s> {
    let by_namespace = resource.scope == Scope::Namespaced || resource.plural == "namespaces";
    let named = if by_namespace {
        spec.namespaces.as_slice()
    } else {
        &[]
    };
    let whole = named.is_empty().then_some(None);
    whole.into_iter().chain(named.iter().cloned().map(Some))
}

/// The path of a list, or of the one namespace that is asked for by name.
pub(super) fn path(resource: &Resource, version: &str, namespace: Option<&str>) -> String {
    let root = if resource.group.is_empty() {
        format!("/api/{version}")
    } else {
        format!("/apis/{}/{version}", resource.group)
    };
    let plural = resource.plural;
    match namespace {
        Some(name) if plural == "namespaces" => format!("{root}/namespaces/{name}"),
        Some(namespace) => format!("{root}/namespaces/{namespace}/{plural}"),
        None => format!("{root}/{plural}"),
    }
}

/// The form that a kind is asked for in, and what is kept of each object.
fn form(resource: &Resource) -> Form {
    let keep: fn(Value) -> Option<Value> = match (resource.group, resource.plural) {
        ("", SECRETS) => {
            return Form {
                accept: secrets::TABLE,
                reader: Reader::Whole,
                keep: secrets::from_row,
            };
        }
        ("apps", "deployments" | "statefulsets") | ("argoproj.io", "rollouts") => {
            return Form {
                accept: JSON,
                reader: Reader::Whole,
                keep: compact::scalable,
            };
        }
        ("", "pods") => compact::pod,
        ("", "configmaps") => compact::config_map,
        ("", "nodes") => compact::node,
        ("", "persistentvolumeclaims") => compact::claim,
        ("", "events") => compact::event,
        ("apps", "replicasets") | ("batch", "jobs") => compact::made,
        ("argoproj.io", "applications") => compact::application,
        _ => compact::whole,
    };
    Form {
        accept: JSON,
        reader: Reader::WithoutManagers,
        keep,
    }
}

async fn one(api: &Api<'_>, path: &str, resource: &Resource) -> (Ended, Vec<Value>) {
    let what = format!("{} ({path})", resource.name());
    match single(api, path, &what).await {
        Err(trouble) => (Ended::Failed(trouble), Vec::new()),
        Ok(value) => {
            let listed = Listed {
                objects: 1,
                pages: 1,
                ..Listed::default()
            };
            (
                Ended::Whole(listed),
                compact::whole(value).into_iter().collect(),
            )
        }
    }
}

/// One object by its path.
pub(super) async fn single(api: &Api<'_>, path: &str, what: &str) -> Result<Value, Trouble> {
    let (answer, _) = api.get(path, JSON).await;
    let answer = answer?;
    if answer.status != StatusCode::OK {
        return Err(refusal(what, api.server(), &answer));
    }
    Value::from_json(&answer.body).map_err(|error| {
        let detail = format!("{} answered {path} with no JSON ({error})", api.server());
        Trouble::new(ReasonCode::Unparsed, detail)
    })
}

/// Reads the Secrets that the configuration names, in the place of what the table says of them.
async fn named_secrets(api: &Api<'_>, spec: &ClusterSpec, gathered: &mut Gathered) {
    let Some(resource) = RESOURCES.iter().find(|resource| resource.plural == SECRETS) else {
        return;
    };
    for (namespace, name) in &spec.secrets {
        let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
        let (ended, values) = one(api, &path, resource).await;
        if let Ended::Failed(trouble) = ended {
            gathered.unread.push(Unread {
                resource,
                namespace: Some(namespace.clone()),
                trouble,
            });
            continue;
        }
        for value in values.into_iter().filter_map(secrets::without_values) {
            let is_same = |found: &Found| {
                let metadata = &found.value["metadata"];
                found.resource.plural == SECRETS
                    && metadata["namespace"].as_str() == Some(namespace)
                    && metadata["name"].as_str() == Some(name)
            };
            gathered.objects.retain(|found| !is_same(found));
            gathered.objects.push(Found {
                resource,
                version: "v1".to_owned(),
                value,
            });
        }
    }
}
