//! A client of an API server for tests: it applies manifests, writes states and hands out tokens,
//! and waits for what it asks.

#![expect(
    clippy::indexing_slicing,
    reason = "a missing key of a `serde_json::Value` is null; no slice is indexed here"
)]

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http::{Method, Request};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use seaworthy_yaml::{Dialect, Limits, parse};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// How many objects are made at a time.
const AT_A_TIME: usize = 32;
/// How long a new kind may take until it is served.
const SERVED_WITHIN: Duration = Duration::from_secs(30);

/// Speaks with one API server as one user.
pub struct ClusterClient {
    runtime: Runtime,
    client: Client,
    resources: Mutex<Resources>,
}

/// Plural and whether it is namespaced, by API version and kind.
type Resources = BTreeMap<(String, String), (String, bool)>;

impl std::fmt::Debug for ClusterClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClusterClient")
    }
}

impl ClusterClient {
    /// A client for whoever holds `token`.
    ///
    /// # Errors
    ///
    /// When the address or the certificate is none.
    pub fn new(url: &str, authority: &str, token: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let text = super::kubeconfig(url, Some(authority), token);
        let kubeconfig = Kubeconfig::from_yaml(&text)?;
        let client = runtime.block_on(async {
            let options = KubeConfigOptions::default();
            let config = Config::from_custom_kubeconfig(kubeconfig, &options).await?;
            anyhow::Ok(Client::try_from(config)?)
        })?;
        Ok(Self {
            runtime,
            client,
            resources: Mutex::default(),
        })
    }

    /// The text at a path.
    ///
    /// # Errors
    ///
    /// When it is not answered with success.
    pub fn get(&self, path: &str) -> Result<String> {
        let request = Request::get(path).body(Vec::new())?;
        Ok(self.runtime.block_on(self.client.request_text(request))?)
    }

    /// Applies manifests as `kubectl apply --server-side` does.
    ///
    /// # Errors
    ///
    /// When they are no YAML, or the server refuses one of them.
    pub fn apply(&self, manifests: &str) -> Result<()> {
        let parsed = parse(
            manifests.as_bytes(),
            Dialect::Kubernetes,
            &Limits::default(),
        );
        if let Some(problem) = parsed.problems.first() {
            bail!("{}: {}", problem.position, problem.message);
        }
        for document in parsed.documents {
            self.apply_object(&document.into_value())?;
        }
        Ok(())
    }

    /// Applies one object.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn apply_object(&self, object: &Value) -> Result<()> {
        let name = object["metadata"]["name"].as_str().context("no name")?;
        let path = format!(
            "{}/{name}?fieldManager=tests&force=true",
            self.collection(object)?
        );
        self.send(Method::PATCH, &path, "application/apply-patch+yaml", object)?;
        Ok(())
    }

    /// Makes many objects, some at a time.
    ///
    /// # Errors
    ///
    /// When the server refuses one of them.
    pub fn create_all(&self, objects: impl IntoIterator<Item = Value>) -> Result<()> {
        let mut objects = objects.into_iter();
        let mut under_way = JoinSet::new();
        self.runtime.block_on(async {
            loop {
                while under_way.len() < AT_A_TIME {
                    let Some(object) = objects.next() else { break };
                    let path = self.known_collection(&object)?;
                    let request = Request::post(path)
                        .header(http::header::CONTENT_TYPE, "application/json")
                        .body(serde_json::to_vec(&object)?)?;
                    let client = self.client.clone();
                    under_way.spawn(async move { client.request_text(request).await });
                }
                match under_way.join_next().await {
                    None => return Ok(()),
                    Some(done) => drop(done??),
                }
            }
        })
    }

    /// Writes the state of an object, as its controller would.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn set_status(&self, path: &str, status: &Value) -> Result<()> {
        let path = format!("{path}/status");
        let body = json!({ "status": status });
        self.send(Method::PATCH, &path, "application/merge-patch+json", &body)?;
        Ok(())
    }

    /// Sets fields of an object as another manager than who applied it, as a controller does.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn set_fields(&self, path: &str, fields: &Value) -> Result<()> {
        let path = format!("{path}?fieldManager=controller");
        self.send(Method::PATCH, &path, "application/merge-patch+json", fields)?;
        Ok(())
    }

    /// A token of a service account.
    ///
    /// # Errors
    ///
    /// When the server gives none.
    pub fn token(&self, namespace: &str, account: &str) -> Result<String> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
        let body = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": { "expirationSeconds": 3600 },
        });
        let answer = self.send(Method::POST, &path, "application/json", &body)?;
        let token = answer["status"]["token"].as_str();
        Ok(token.context("no token")?.to_owned())
    }

    /// Waits until a path is served, as that of a new custom resource is not at once.
    ///
    /// # Errors
    ///
    /// When it takes too long.
    pub fn wait_for(&self, path: &str) -> Result<()> {
        let start = Instant::now();
        while let Err(error) = self.get(path) {
            if start.elapsed() > SERVED_WITHIN {
                return Err(error).context(format!("{path} is not served"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn send(&self, method: Method, path: &str, media: &str, body: &Value) -> Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::CONTENT_TYPE, media)
            .body(serde_json::to_vec(body)?)?;
        let sent = self.runtime.block_on(self.client.request(request));
        sent.with_context(|| format!("failed to send {body} to {path}"))
    }

    fn resources(&self) -> MutexGuard<'_, Resources> {
        self.resources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The path of the list that an object belongs to.
    fn collection(&self, object: &Value) -> Result<String> {
        if let Ok(path) = self.known_collection(object) {
            return Ok(path);
        }
        let version = object["apiVersion"].as_str().context("no apiVersion")?;
        let answer: Value = serde_json::from_str(&self.get(&root(version))?)?;
        let mut resources = self.resources();
        for resource in answer["resources"].as_array().into_iter().flatten() {
            let word = |field: &str| resource[field].as_str().unwrap_or_default().to_owned();
            let name = word("name");
            if !name.contains('/') {
                let namespaced = resource["namespaced"].as_bool() == Some(true);
                let key = (version.to_owned(), word("kind"));
                resources.insert(key, (name, namespaced));
            }
        }
        drop(resources);
        self.known_collection(object)
    }

    fn known_collection(&self, object: &Value) -> Result<String> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (version, kind) = (word(&object["apiVersion"]), word(&object["kind"]));
        let resources = self.resources();
        let known = resources.get(&(version.clone(), kind));
        let (plural, namespaced) = known.with_context(|| format!("no such kind: {object}"))?;
        let root = root(&version);
        Ok(if *namespaced {
            let namespace = object["metadata"]["namespace"].as_str();
            let namespace = namespace.unwrap_or("default");
            format!("{root}/namespaces/{namespace}/{plural}")
        } else {
            format!("{root}/{plural}")
        })
    }
}

fn root(version: &str) -> String {
    if version.contains('/') {
        format!("/apis/{version}")
    } else {
        format!("/api/{version}")
    }
}
