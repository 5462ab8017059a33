//! The target that the command line names, as a configuration would have it, and who looks at it.

use super::args::{Cluster, Domain, Headers, Ports, Reach, StartTls, Tls, What};
use super::reach::{bracketed, host_and_port, reachable, readable};
use crate::failure::Failure;
use seaworthy_model::Target;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The target and its collector; none where it was saved before, or stands on standard input.
pub(super) fn target_of(what: &What) -> Result<(Target, Option<&'static str>), Failure> {
    let (target, collector) = match what {
        What::Tls(tls) => tls_of(tls)?,
        What::Http {
            url,
            plain_http,
            health,
            path,
            headers,
            reach,
            ..
        } => {
            let mut made = endpoint_of_url(url, reach, None)?;
            let mut spec = made.spec.value();
            set(&mut spec, "paths", Some(json!(path)));
            set(&mut spec, "headers", Some(headers_of(headers)?));
            set(&mut spec, "plain_http", plain_http.as_deref());
            set(&mut spec, "health", health.as_deref());
            made.spec = spec.into();
            (made, "web/http")
        }
        What::Cors {
            url,
            own_origin,
            headers,
            reach,
            ..
        } => {
            let mut made = endpoint_of_url(url, reach, own_origin.as_deref())?;
            let mut spec = made.spec.value();
            set(&mut spec, "headers", Some(headers_of(headers)?));
            made.spec = spec.into();
            (made, "web/cors")
        }
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
        What::Dns {
            expect_txt, domain, ..
        } => (named(domain, "expect_txt", &json!(expect_txt)), "web/dns"),
        What::Mail { domain, reach } => (mail_of(domain, reach)?, "web/mail"),
        What::Zone {
            authority_port,
            domain,
        } => (
            named(domain, "authority_port", &json!(authority_port)),
            "web/zone",
        ),
        What::K8s {
            manifests: Some(path),
            ..
        } if path.as_os_str() == "-" => return Ok((target("kubernetes", "-", json!({})), None)),
        What::K8s {
            manifests: Some(path),
            ..
        } => (saved_manifests(path)?, "k8s/manifests"),
        What::K8s { cluster, .. } => (live(cluster)?, "k8s/cluster"),
        What::Chain { from_file, .. } => {
            return Ok((target("file", &shown(from_file), json!({})), None));
        }
        What::Headers { from_file, .. } => {
            let source = from_file.display().to_string();
            return Ok((target("file", &source, json!({})), None));
        }
    };
    Ok((target, Some(collector)))
}

/// The names of files, one behind the other.
fn shown(files: &[PathBuf]) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    names.join(" ")
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
        fields.insert("public_ca".to_owned(), json!(tls.public_ca));
    }
    set(&mut spec, "server_name", tls.server_name.as_deref());
    let mut beyond = json!({});
    if let Some(fields) = beyond.as_object_mut() {
        if let Some(most) = tls.hellos {
            fields.insert("hellos".to_owned(), json!(most));
        }
        if tls.fetch_crls {
            fields.insert("fetch_crls".to_owned(), json!(true));
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
    if let Some(file) = &tls.ct_log_list {
        readable(file)?;
        let shown = file.display().to_string();
        set(&mut beyond, "ct_logs", Some(shown.as_str()));
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

/// Names and references of the headers to send.
fn headers_of(headers: &Headers) -> Result<Value, Failure> {
    let pairs = headers.header.iter().map(|text| {
        let pair = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "--header wants NAME=env:NAME or NAME=file:PATH, found `{text}`"
            ))
        })?;
        Ok((pair.0.to_owned(), json!(pair.1)))
    });
    pairs
        .collect::<Result<serde_json::Map<_, _>, _>>()
        .map(Value::Object)
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

/// A domain, asked for its CAA records.
fn domain_of(name: &str, nameserver: Option<&str>, issuers: &[String], wildcard: bool) -> Target {
    let mut spec = json!({ "domain": name, "issuers": issuers, "wildcard": wildcard });
    set(&mut spec, "nameserver", nameserver);
    target("domain", name, spec)
}

/// A domain with one more field of its entry.
fn named(domain: &Domain, field: &str, value: &Value) -> Target {
    let mut made = domain_of(&domain.name, domain.nameserver.as_deref(), &[], false);
    let mut spec = made.spec.value();
    if let Some(fields) = spec.as_object_mut().filter(|_| !value.is_null()) {
        fields.insert(field.to_owned(), value.clone());
    }
    made.spec = spec.into();
    made
}

/// A domain whose policy of MTA-STS is served where `--resolve` says.
fn mail_of(domain: &Domain, reach: &Reach) -> Result<Target, Failure> {
    let mut made = domain_of(&domain.name, domain.nameserver.as_deref(), &[], false);
    let mut spec = made.spec.value();
    let host = format!("mta-sts.{}", domain.name.trim_end_matches('.'));
    reachable(&mut spec, reach, &host, 443)?;
    if let Some(fields) = spec.as_object_mut()
        && let Some(addresses) = fields.remove("addresses")
    {
        fields.insert("mta_sts_addresses".to_owned(), addresses);
    }
    made.spec = spec.into();
    Ok(made)
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

fn set(spec: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (spec.as_object_mut(), value) {
        object.insert(key.to_owned(), value.into());
    }
}
