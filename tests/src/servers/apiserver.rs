//! The API server of Kubernetes as a fixture, with etcd beside it: real authorizer, real audit
//! log, no controllers. What controllers would write, a test writes into `status` itself.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::{env, fs};

use anyhow::{Context, Result};
use seaworthy_model::Digest;
use serde_json::Value;
use tempfile::TempDir;

use super::cluster::ClusterClient;
use super::process::{Progress, Server, absent_program, find, folder, on_free_ports, write};
use super::{Authority, Leaf};

/// Every right.
pub const ADMIN: &str = "admin-token";
/// No right but to find out what there is.
pub const NOBODY: &str = "nobody-token";

const TOKENS: &str = "admin-token,admin,1,\"system:masters\"\nnobody-token,nobody,2,\"tests\"\n";

/// Who asked for what, without bodies.
const AUDIT: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata }]
";

/// A running API server. It and its etcd stop when dropped.
#[derive(Debug)]
pub struct ApiServer {
    client: ClusterClient,
    // Stopped in this order: the server before what it keeps its objects in.
    server: Server,
    _etcd: Server,
    url: String,
    authority: String,
}

/// The one that the tests of a program share while any of them runs.
static SHARED: Mutex<Weak<ApiServer>> = Mutex::new(Weak::new());

impl ApiServer {
    /// The shared one: it starts in seconds, and tests keep to namespaces of their own. `None`
    /// where it or etcd is missing.
    ///
    /// # Errors
    ///
    /// When they are required and missing, and when they do not start.
    pub fn shared() -> Result<Option<Arc<Self>>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Ok(Some(running));
        }
        let started = Self::start()?.map(Arc::new);
        if let Some(started) = &started {
            *shared = Arc::downgrade(started);
        }
        Ok(started)
    }

    /// One of a test's own.
    ///
    /// # Errors
    ///
    /// As for [`Self::shared`].
    pub fn start() -> Result<Option<Self>> {
        let assets = env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from);
        let beside = assets.as_ref().map(|folder| folder.join("etcd"));
        let etcd = match beside.filter(|program| program.is_file()) {
            Some(program) => Some(program),
            None => find("etcd", "etcd-server")?,
        };
        let Some(program) = apiserver(assets)? else {
            return Ok(None);
        };
        let Some(etcd) = etcd else {
            return Ok(None);
        };
        let started = on_free_ports(|| Self::try_start(&etcd, &program));
        Ok(Some(started.context("failed to start an API server")?))
    }

    fn try_start(etcd: &Path, program: &Path) -> Result<Option<Self>> {
        let Some((etcd, store)) = start_etcd(etcd)? else {
            return Ok(None);
        };
        let port = free_port()?;
        let folder = folder()?;
        let authority = Authority::new("Cluster")?;
        let identity = authority.issue(&Leaf::new(["127.0.0.1"]))?;
        // For the tokens of service accounts.
        let signer = authority.issue(&Leaf::new(["tokens"]))?;
        write(&folder, "server.crt", &identity.chain_pem())?;
        write(&folder, "server.key", &identity.key_pem)?;
        write(&folder, "tokens.key", &signer.key_pem)?;
        write(&folder, "tokens.crt", &signer.leaf_pem)?;
        write(&folder, "tokens.csv", TOKENS)?;
        write(&folder, "audit.yaml", AUDIT)?;
        let url = format!("https://127.0.0.1:{port}");
        let client = ClusterClient::new(&url, &authority.root_pem(), ADMIN)?;
        let log = folder.path().join("log");
        let mut command = command(program, &folder, &store, port);
        command.stderr(fs::File::create(&log)?);
        let server = Server::start(&mut command, folder, log, |log, _| {
            if log.contains("address already in use") {
                return Progress::PortTaken;
            }
            match client.get("/readyz") {
                Ok(_) => Progress::Ready,
                Err(_) => Progress::Starting,
            }
        })?;
        Ok(server.map(|server| Self {
            client,
            server,
            _etcd: etcd,
            url,
            authority: authority.root_pem(),
        }))
    }

    /// The client with every right.
    #[must_use]
    pub fn admin(&self) -> &ClusterClient {
        &self.client
    }

    /// Where it listens: `https://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The root that its certificate leads to, PEM.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// A kubeconfig for whoever holds `token`.
    #[must_use]
    pub fn kubeconfig(&self, token: &str) -> String {
        kubeconfig(&self.url, Some(&self.authority), token)
    }

    /// The audit log so far: one event for each answered request.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn audit(&self) -> Result<Vec<Value>> {
        let log = fs::read_to_string(self.server.folder().join("audit.log"))?;
        log.lines()
            .map(|line| serde_json::from_str(line).context("no JSON in the audit log"))
            .collect()
    }
}

/// A kubeconfig of one context.
#[must_use]
pub fn kubeconfig(url: &str, authority: Option<&str>, token: &str) -> String {
    let trust = authority.map_or_else(String::new, |pem| {
        use base64::Engine as _;
        let encoded = base64::engine::general_purpose::STANDARD.encode(pem);
        format!(", certificate-authority-data: {encoded}")
    });
    format!(
        "apiVersion: v1
kind: Config
current-context: test
clusters: [{{ name: test, cluster: {{ server: \"{url}\"{trust} }} }}]
users: [{{ name: test, user: {{ token: {token} }} }}]
contexts: [{{ name: test, context: {{ cluster: test, user: test }} }}]
"
    )
}

/// The program: in the folder that `KUBEBUILDER_ASSETS` names, else where `cargo xtask test` keeps
/// what it has built.
fn apiserver(assets: Option<PathBuf>) -> Result<Option<PathBuf>> {
    let folder = match assets {
        Some(folder) => Some(folder),
        None => cached()?,
    };
    let program = folder.map(|folder| folder.join("kube-apiserver"));
    let found = program.filter(|program| program.is_file());
    if found.is_none() {
        absent_program("kube-apiserver (set KUBEBUILDER_ASSETS, or run `cargo xtask test`)")?;
    }
    Ok(found)
}

fn cached() -> Result<Option<PathBuf>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("apiserver/go.sum");
    let digest = Digest::of(&fs::read(own).context("failed to read apiserver/go.sum")?);
    let hex = digest.as_str().rsplit(':').next().unwrap_or_default();
    let key = hex.get(..16).unwrap_or_default();
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            let home = env::var_os("HOME")?;
            Some(PathBuf::from(home).join(".cache"))
        });
    Ok(cache.map(|cache| {
        cache
            .join("seaworthy")
            .join(format!("kube-apiserver-{key}"))
    }))
}

fn start_etcd(program: &Path) -> Result<Option<(Server, String)>> {
    let (port, peer) = (free_port()?, free_port()?);
    let (url, peer) = (
        format!("http://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{peer}"),
    );
    let folder = folder()?;
    let log = folder.path().join("log");
    let mut command = Command::new(program);
    command
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .args([
            "--listen-client-urls",
            &url,
            "--advertise-client-urls",
            &url,
        ])
        .args(["--listen-peer-urls", &peer])
        .args(["--initial-advertise-peer-urls", &peer])
        .args(["--initial-cluster", &format!("default={peer}")])
        // Nothing here outlives the test.
        .arg("--unsafe-no-fsync")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log)?);
    let server = Server::start(&mut command, folder, log, |log, _| {
        if log.contains("address already in use") {
            Progress::PortTaken
        } else if log.contains("ready to serve client requests") {
            Progress::Ready
        } else {
            Progress::Starting
        }
    })?;
    Ok(server.map(|server| (server, url)))
}

fn command(program: &Path, folder: &TempDir, store: &str, port: u16) -> Command {
    let file = |name: &str| folder.path().join(name);
    let mut command = Command::new(program);
    command
        .args(["--etcd-servers", store])
        .args(["--bind-address", "127.0.0.1"])
        .args(["--secure-port", &port.to_string()])
        .arg("--tls-cert-file")
        .arg(file("server.crt"))
        .arg("--tls-private-key-file")
        .arg(file("server.key"))
        .args(["--service-account-issuer", "https://kubernetes.default.svc"])
        .arg("--service-account-key-file")
        .arg(file("tokens.crt"))
        .arg("--service-account-signing-key-file")
        .arg(file("tokens.key"))
        .args(["--authorization-mode", "RBAC"])
        .arg("--token-auth-file")
        .arg(file("tokens.csv"))
        .arg("--audit-log-path")
        .arg(file("audit.log"))
        .arg("--audit-policy-file")
        .arg(file("audit.yaml"))
        // Nobody makes the default account of each namespace here.
        .args(["--disable-admission-plugins", "ServiceAccount"])
        .args(["--service-cluster-ip-range", "10.0.0.0/24"])
        .arg("--allow-privileged")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
