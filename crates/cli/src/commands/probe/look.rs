//! The looking of `seaworthy probe …`: one target made from the command line, asked by the same
//! collectors as in a sweep, or a fact read from a file.

use super::args::{Cluster, Ports, Reach, StartTls, Tls, What};
use super::reach::{bracketed, host_and_port, reachable, readable};
use crate::commands::runtime;
use crate::failure::Failure;
use crate::setup;
use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Context, Sink, Trouble};
use seaworthy_collect_kube::ManifestSource;
use seaworthy_engine::{Registry, Stop};
use seaworthy_model::{
    Fact, PLAN_SCHEMA, Plan, Policy, Request, RunInfo, Target, Terms, Unassessed,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What was seen of one target.
pub(crate) struct Seen {
    pub(crate) target: Target,
    pub(crate) facts: Vec<Fact>,
    pub(crate) unassessed: Vec<Unassessed>,
}

/// Looks at what the command line names.
pub(crate) fn look(what: &What, registry: &Registry, as_of: Timestamp) -> Result<Seen, Failure> {
    let (target, collector) = match what {
        What::Tls(tls) => tls_of(tls)?,
        What::Http {
            url,
            plain_http,
            health,
            reach,
            ..
        } => {
            let mut made = endpoint_of_url(url, reach, None)?;
            let mut spec = made.spec.value();
            set(&mut spec, "plain_http", plain_http.as_deref());
            set(&mut spec, "health", health.as_deref());
            made.spec = spec.into();
            (made, "web/http")
        }
        What::Cors {
            url,
            own_origin,
            reach,
            ..
        } => (
            endpoint_of_url(url, reach, own_origin.as_deref())?,
            "web/cors",
        ),
        What::Ws {
            url,
            own_origin,
            reach,
            ..
        } => (socket_of_url(url, reach, own_origin.as_deref())?, "web/ws"),
        What::Ports(ports) => (ports_of(ports), "web/ports"),
        What::Caa {
            name,
            nameserver,
            issuer,
            wildcard,
            ..
        } => (
            domain_of(name, nameserver.as_deref(), issuer, *wildcard),
            "web/dns",
        ),
        What::K8s {
            manifests: Some(path),
            ..
        } if path.as_os_str() == "-" => return standard_input(),
        What::K8s {
            manifests: Some(path),
            ..
        } => (saved_manifests(path)?, "k8s/manifests"),
        What::K8s { cluster, .. } => (live(cluster)?, "k8s/cluster"),
        What::Chain {
            from_file,
            server_name,
            ca_file,
            private_ca,
            ..
        } => {
            let roots = ca_file.as_deref();
            return saved_chain(from_file, server_name, roots, *private_ca, as_of);
        }
        What::Headers {
            from_file,
            scheme,
            status,
            ..
        } => return saved_head(from_file, scheme.name(), *status, as_of),
    };
    ask(registry, target, collector, as_of, what.common().deadline)
}

/// Manifests on disk. A path that is missing is told before anything is read.
fn saved_manifests(path: &Path) -> Result<Target, Failure> {
    if !path.exists() {
        return Err(Failure::io(format!("there is no {}", path.display())));
    }
    let shown = path.display().to_string();
    Ok(target("kubernetes", &shown, json!({ "manifests": shown })))
}

/// A live cluster. A kubeconfig that is missing is told before anything is asked.
fn live(cluster: &Cluster) -> Result<Target, Failure> {
    let file = cluster.kubeconfig.as_deref();
    if let Some(missing) = file.filter(|file| !file.exists()) {
        return Err(Failure::io(format!("there is no {}", missing.display())));
    }
    let shown = file.map(|file| file.display().to_string());
    let mut spec = json!({ "namespaces": cluster.namespace });
    set(&mut spec, "kubeconfig", shown.as_deref());
    set(&mut spec, "context", cluster.context.as_deref());
    let name = cluster.context.as_deref().or(shown.as_deref());
    Ok(target("kubernetes", name.unwrap_or_default(), spec))
}

/// An HTTPS endpoint, or with `--starttls` another service; and who looks at it.
fn tls_of(tls: &Tls) -> Result<(Target, &'static str), Failure> {
    let usual = tls.starttls.map(StartTls::usual);
    let (name, port) = host_and_port(&tls.host, usual.map_or(443, |(_, port)| port))?;
    let mut spec = match usual {
        Some((protocol, _)) => json!({ "host": name, "port": port, "starttls": protocol }),
        None => json!({ "url": format!("https://{}:{port}/", bracketed(&name)) }),
    };
    if let Some(fields) = spec.as_object_mut() {
        fields.insert("private_ca".to_owned(), json!(tls.private_ca));
    }
    set(&mut spec, "server_name", tls.server_name.as_deref());
    let mut beyond = json!({});
    if let Some(fields) = beyond.as_object_mut() {
        if let Some(most) = tls.hellos {
            fields.insert("hellos".to_owned(), json!(most));
        }
        if !tls.crl_file.is_empty() {
            for file in &tls.crl_file {
                readable(file)?;
            }
            fields.insert("crl_files".to_owned(), json!(tls.crl_file));
        }
    }
    if let Some(file) = &tls.client_cert {
        readable(file)?;
        let shown = file.display().to_string();
        set(&mut beyond, "client_certificate", Some(shown.as_str()));
    }
    set(&mut beyond, "client_key", tls.client_key.as_deref());
    if let Some(fields) = spec.as_object_mut() {
        fields.insert("tls".to_owned(), beyond);
    }
    reachable(&mut spec, &tls.reach, &name, port)?;
    let (kind, collector) = match usual {
        Some(_) => ("tls_service", "web/tls-service"),
        None => ("endpoint", "web/tls"),
    };
    Ok((target(kind, &tls.host, spec), collector))
}

fn endpoint_of_url(url: &str, reach: &Reach, own_origin: Option<&str>) -> Result<Target, Failure> {
    let mut spec = json!({ "url": url });
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = if scheme.eq_ignore_ascii_case("http") {
        80
    } else {
        443
    };
    let (host, port) = host_and_port(authority, port)?;
    reachable(&mut spec, reach, &host, port)?;
    set(&mut spec, "own_origin", own_origin);
    Ok(target("endpoint", url, spec))
}

/// The endpoint of a `wss://` or `ws://` URL, whose path is where connections are opened.
fn socket_of_url(url: &str, reach: &Reach, own_origin: Option<&str>) -> Result<Target, Failure> {
    let web = match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("wss") => format!("https://{rest}"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("ws") => format!("http://{rest}"),
        Some((scheme, _)) if scheme.to_ascii_lowercase().starts_with("http") => url.to_owned(),
        _ => {
            let complaint = format!("{url} is no WebSocket URL; write it like wss://HOST/PATH");
            return Err(Failure::usage(complaint));
        }
    };
    let mut made = endpoint_of_url(&web, reach, own_origin)?;
    url.clone_into(&mut made.name);
    let start = web.find("://").map_or(0, |at| at + 3);
    let path = web
        .get(start..)
        .and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)));
    let path = path.unwrap_or("/").split('#').next().unwrap_or("/");
    let mut spec = made.spec.value();
    set(&mut spec, "websocket", Some(json!({ "paths": [path] })));
    made.spec = spec.into();
    Ok(made)
}

fn saved_chain(
    file: &Path,
    server_name: &str,
    ca_file: Option<&Path>,
    private_ca: bool,
    as_of: Timestamp,
) -> Result<Seen, Failure> {
    let pem = setup::read(file)?;
    if let Some(roots) = ca_file {
        readable(roots)?;
    }
    let context = Context::new(as_of, Budgets::default(), Timestamp::now);
    let sink = Sink::new();
    let source = file.display().to_string();
    let read = seaworthy_collect_web::chain_fact(
        &pem,
        server_name,
        ca_file,
        private_ca,
        &source,
        &context,
        &sink,
    );
    Ok(of_file(file, "tls_endpoint", sink.take(), read))
}

fn saved_head(file: &Path, scheme: &str, status: u16, as_of: Timestamp) -> Result<Seen, Failure> {
    let head = setup::read(file)?;
    let source = file.display().to_string();
    let mut collected = Collected::default();
    let read = seaworthy_collect_web::fact_from_head(&head, scheme, status, &source, as_of)
        .map(|fact| collected.facts.push(fact));
    Ok(of_file(file, "http_endpoint", collected, read))
}

fn standard_input() -> Result<Seen, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::io(format!("failed to read standard input: {error}")))?;
    let target = target("kubernetes", "-", json!({}));
    let sink = Sink::new();
    let source = ManifestSource::Text {
        name: "<stdin>".to_owned(),
        bytes,
    };
    seaworthy_collect_kube::read_manifests(&[source], &target.name, Timestamp::now(), &sink);
    let collected = sink.take();
    Ok(Seen {
        target,
        facts: collected.facts,
        unassessed: collected.unassessed,
    })
}

/// What was read from a file: the facts, or why there are none.
fn of_file(file: &Path, kind: &str, collected: Collected, read: Result<(), Trouble>) -> Seen {
    let source = file.display().to_string();
    let mut seen = Seen {
        target: target("file", &source, json!({})),
        facts: collected.facts,
        unassessed: collected.unassessed,
    };
    for fact in &mut seen.facts {
        fact.provenance.target.clone_from(&source);
    }
    if let Err(trouble) = read {
        seen.unassessed.push(Unassessed {
            target: source,
            request: "file".to_owned(),
            kinds: vec![kind.to_owned()],
            reason: trouble.reason,
            detail: trouble.detail,
            location: None,
            attempts: trouble.attempts,
        });
    }
    seen
}

/// A domain, asked for its CAA records.
fn domain_of(name: &str, nameserver: Option<&str>, issuers: &[String], wildcard: bool) -> Target {
    let mut spec = json!({ "domain": name, "issuers": issuers, "wildcard": wildcard });
    set(&mut spec, "nameserver", nameserver);
    target("domain", name, spec)
}

/// A host whose well-known ports are tried where none is named.
fn ports_of(ports: &Ports) -> Target {
    let Ports {
        host,
        allow,
        sweep,
        address,
        ..
    } = ports;
    let mut spec = json!({ "host": host, "allow": allow, "addresses": address });
    if let Some(fields) = spec.as_object_mut().filter(|_| !sweep.is_empty()) {
        fields.insert("sweep".to_owned(), json!(sweep));
    }
    target("host", host, spec)
}

fn target(kind: &str, name: &str, spec: Value) -> Target {
    Target {
        name: name.to_owned(),
        kind: kind.to_owned(),
        labels: BTreeSet::new(),
        spec: spec.into(),
        location: None,
    }
}

/// Asks one collector about one target, within a deadline.
fn ask(
    registry: &Registry,
    target: Target,
    collector: &str,
    as_of: Timestamp,
    deadline: u64,
) -> Result<Seen, Failure> {
    let kind = registry
        .target_kinds()
        .iter()
        .find(|kind| kind.kind == target.kind);
    let complaints = kind
        .map(|kind| (kind.check)(&target.spec.value()))
        .unwrap_or_default();
    if let Some((field, message)) = complaints.first() {
        let field = field.trim_start_matches('/');
        return Err(Failure::usage(format!(
            "{}: {field}: {message}",
            target.name
        )));
    }
    let Some((_, kinds)) = registry
        .asking(&target)
        .find(|(asked, _)| ***asked == *collector)
    else {
        let name = &target.name;
        return Err(Failure::usage(format!(
            "{name} is nothing that {collector} can look at"
        )));
    };
    let plan = Plan {
        schema: PLAN_SCHEMA.to_owned(),
        run: RunInfo::outside_a_run(as_of, env!("CARGO_PKG_VERSION")),
        policy: Policy::without_checklist(),
        score: None,
        items: Vec::new(),
        probes: BTreeMap::new(),
        requests: vec![Request {
            target: target.name.as_str().into(),
            collector: collector.into(),
            kinds: Arc::clone(kinds),
        }],
        targets: vec![target.clone()],
        terms: Terms::default(),
    };
    let deadline = Duration::from_secs(deadline);
    let budgets = Budgets {
        target: deadline,
        sweep: deadline,
        ..Budgets::default()
    };
    let context = Arc::new(Context::new(as_of, budgets, Timestamp::now));
    let mut all = Collected::default();
    let runtime = runtime()?;
    let (_handle, stop) = Stop::new();
    runtime.block_on(seaworthy_engine::collect(
        &plan,
        registry,
        context,
        stop,
        &|_| {},
        |collected| {
            all.facts.extend(collected.facts);
            all.unassessed.extend(collected.unassessed);
            Ok(())
        },
    ))?;
    Ok(Seen {
        target,
        facts: all.facts,
        unassessed: all.unassessed,
    })
}

fn set(spec: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (spec.as_object_mut(), value) {
        object.insert(key.to_owned(), value.into());
    }
}
