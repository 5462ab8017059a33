//! Fetches one environment's key, and lets nothing of it out but what was measured.

use super::print::Printer;
use super::strength::{Strength, measure, trimmed};
use super::target::{Entry, Environment, Held};
use crate::inventory::Inventory;
use crate::live::{self, ClusterSpec};
use crate::object::{Object, Origin};
use crate::read::{self, HelmOptions, ManifestSource};
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use seaworthy_collect::{Context, SecretRef, Trouble};
use seaworthy_model::ReasonCode;
use std::path::PathBuf;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// What was seen of an environment's key.
pub(super) enum Seen {
    Measured(Box<Measured>),
    /// Nothing but the fingerprint that another sweep made.
    Print(String),
}

/// A key without the key.
pub(super) struct Measured {
    pub(super) strength: Strength,
    pub(super) print: String,
    /// `shop/Secret/jwt, key secret`.
    pub(super) source: String,
    pub(super) part: Option<&'static str>,
    /// The Secret with nothing in the place of its values.
    pub(super) object: Option<Object>,
    /// A command that shows the length alone.
    pub(super) reproduce: Option<String>,
}

/// What fetching would use, a line each.
pub(super) fn describe(environment: &Environment) -> Vec<String> {
    let name = &environment.name;
    let lines = match &environment.held {
        Held::Cluster(cluster, entry) => {
            let (namespace, secret) = (&entry.namespace, &entry.secret);
            let mut lines = live::describe_access(cluster);
            lines.push(format!(
                "GET /api/v1/namespaces/{namespace}/secrets/{secret}: needs the right to get this Secret; the \
                 value of {} is measured and dropped",
                entry.key
            ));
            lines
        }
        Held::Manifests(paths, _, _) => paths.iter().map(|path| read::describe(path)).collect(),
        Held::Value(_, shown) => vec![format!("read {shown}; it is measured and dropped")],
        Held::Fingerprint(_) => {
            vec!["nothing: a fingerprint stands in the configuration".to_owned()]
        }
    };
    lines
        .into_iter()
        .map(|line| format!("{name}: {line}"))
        .collect()
}

/// Looks at one environment.
pub(super) async fn look(
    environment: &Environment,
    printer: &Printer,
    context: &Context,
    deadline: Instant,
) -> Result<Seen, Trouble> {
    let name = &environment.name;
    let seen = match &environment.held {
        Held::Fingerprint(print) => Ok(Seen::Print(print.clone())),
        Held::Value(reference, shown) => by_reference(reference, shown, printer),
        Held::Manifests(paths, helm, entry) => in_manifests(paths, helm, entry, printer).await,
        Held::Cluster(cluster, entry) => {
            in_cluster(cluster, entry, printer, context, deadline).await
        }
    };
    seen.map_err(|mut trouble| {
        trouble.detail = format!("{name}: {}", trouble.detail);
        trouble
    })
}

fn by_reference(reference: &SecretRef, shown: &str, printer: &Printer) -> Result<Seen, Trouble> {
    let value = reference.resolve()?;
    let value = trimmed(value.expose().as_bytes());
    if value.is_empty() {
        return Err(nothing(format!("{shown} is empty")));
    }
    Ok(measured(value, printer, shown.to_owned()))
}

async fn in_manifests(
    paths: &[String],
    helm: &HelmOptions,
    entry: &Entry,
    printer: &Printer,
) -> Result<Seen, Trouble> {
    let sources: Vec<ManifestSource> = paths
        .iter()
        .map(|path| ManifestSource::Path(PathBuf::from(path)))
        .collect();
    let rendered = read::render(&sources, helm).await;
    let read = tokio::task::spawn_blocking(move || read::read(&sources, rendered)).await;
    let reading = read.map_err(|error| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            format!("failed to read the manifests: {error}"),
        )
    })?;
    let secret = only(&reading.inventory, entry).map_err(|why| {
        // What could not be read may be where it stands.
        let first = reading.troubles.first();
        let more = first.map_or_else(String::new, |trouble| format!("; {}", trouble.detail));
        let reason = first.map_or(ReasonCode::NoSubject, |trouble| trouble.reason);
        Trouble::new(reason, format!("{why}{more}"))
    })?;
    of_secret(secret.clone(), entry, printer)
}

/// The Secret of that name among the objects.
fn only<'i>(inventory: &'i Inventory, entry: &Entry) -> Result<&'i Object, String> {
    let is_same = |object: &&Object| {
        object.group().is_empty()
            && object.namespace == entry.namespace
            && object.name == entry.secret
    };
    let mut found = inventory.of_kind("Secret").filter(is_same);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => Err(format!(
            "{} stands at {} and, differently, at {}; point at the manifests of one environment",
            entry.reference(),
            first.origin,
            second.origin
        )),
        (None, _) => Err(format!(
            "{} is not among the manifests; where something brings it from elsewhere, name the cluster",
            entry.reference()
        )),
    }
}

async fn in_cluster(
    cluster: &ClusterSpec,
    entry: &Entry,
    printer: &Printer,
    context: &Context,
    deadline: Instant,
) -> Result<Seen, Trouble> {
    let path = format!(
        "/api/v1/namespaces/{}/secrets/{}",
        entry.namespace, entry.secret
    );
    let mut value = live::get_one(cluster, &path, &entry.reference(), context, deadline).await?;
    let word = |field: &str| {
        value["metadata"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let origin = Origin::Cluster {
        uid: word("uid"),
        resource_version: word("resourceVersion"),
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("apiVersion", "v1".into());
        fields.insert("kind", "Secret".into());
    }
    let object =
        Object::new(value, origin).map_err(|why| Trouble::new(ReasonCode::Unparsed, why))?;
    of_secret(object, entry, printer)
}

/// Measures one entry of a Secret. Of two parts `stringData` wins, as the API server writes it over
/// `data`.
fn of_secret(mut object: Object, entry: &Entry, printer: &Printer) -> Result<Seen, Trouble> {
    let Entry {
        secret,
        namespace,
        key,
    } = entry;
    let source = format!("{}, key {key}", entry.reference());
    let (value, part) = value_of(&object, key)
        .map_err(|(reason, why)| Trouble::new(reason, format!("{} {why}", entry.reference())))?;
    let value = trimmed(&value);
    if value.is_empty() {
        return Err(nothing(format!("{source} is empty")));
    }
    let mut seen = measured(value, printer, source);
    blank(&mut object);
    if let Seen::Measured(measured) = &mut seen {
        measured.part = Some(part);
        if matches!(object.origin, Origin::Cluster { .. }) {
            let path = key.replace('.', "\\.");
            measured.reproduce = Some(format!(
                "kubectl get Secret {secret} -n {namespace} -o jsonpath='{{.data.{path}}}' | base64 -d | wc -m"
            ));
        }
        measured.object = Some(object);
    }
    Ok(seen)
}

/// The value of a key and the part of the Secret that has it, or why there is none.
type ValueOf = Result<(Zeroizing<Vec<u8>>, &'static str), (ReasonCode, String)>;

fn value_of(object: &Object, key: &str) -> ValueOf {
    let Value::Object(parts) = &object.value else {
        return Err((ReasonCode::Unparsed, "is no object".to_owned()));
    };
    let at = |part: &str| parts.get(part).and_then(|part| part.get(key));
    if let Some(value) = at("stringData").filter(|value| !value.is_null()) {
        let text = value.as_str();
        let text = text.ok_or((
            ReasonCode::Unparsed,
            format!("has a {key} that is no string"),
        ))?;
        return Ok((Zeroizing::new(text.as_bytes().to_vec()), "stringData"));
    }
    let Some(encoded) = at("data").filter(|value| !value.is_null()) else {
        return Err((ReasonCode::NoSubject, format!("has no key {key}")));
    };
    let decoded = encoded.as_str().and_then(|text| {
        let plain: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
        STANDARD.decode(plain.as_bytes()).ok()
    });
    // Neither the value nor where it ceases to be base64 is told.
    let decoded = decoded.ok_or((
        ReasonCode::Unparsed,
        format!("has a {key} that is no base64"),
    ))?;
    Ok((Zeroizing::new(decoded), "data"))
}

/// Leaves the keys of a Secret, whose places are told, and none of its values; nor a copy of them.
fn blank(object: &mut Object) {
    for part in ["data", "stringData"] {
        let fields = object.value.get_mut(part).and_then(Value::as_object_mut);
        for (_, value) in fields.into_iter().flat_map(|fields| fields.iter_mut()) {
            *value = Value::from("");
        }
    }
    if let Some(metadata) = object
        .value
        .get_mut("metadata")
        .and_then(Value::as_object_mut)
    {
        metadata.retain(|field, _| field != "annotations" && field != "managedFields");
    }
}

fn measured(value: &[u8], printer: &Printer, source: String) -> Seen {
    Seen::Measured(Box::new(Measured {
        strength: measure(value),
        print: printer.print(value),
        source,
        part: None,
        object: None,
        reproduce: None,
    }))
}

fn nothing(why: String) -> Trouble {
    Trouble::new(ReasonCode::NoSubject, why)
}
