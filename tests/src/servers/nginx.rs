//! nginx as a fixture: server blocks over TLS or plain HTTP, each on a port that has a label.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::Identity;
use super::process::{Progress, Server, find, folder, on_free_ports, write};

/// One server block.
///
/// Blocks with the same label share a port: several names behind it, or several addresses.
#[derive(Debug, Clone)]
pub struct Site {
    label: String,
    address: IpAddr,
    names: Vec<String>,
    listen: String,
    pems: Option<(String, String)>,
    directives: String,
}

impl Site {
    /// Plain HTTP on 127.0.0.1.
    #[must_use]
    pub fn http(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            address: Ipv4Addr::LOCALHOST.into(),
            names: Vec::new(),
            listen: String::new(),
            pems: None,
            directives: String::new(),
        }
    }

    /// TLS on 127.0.0.1 with a whole chain.
    #[must_use]
    pub fn tls(label: &str, identity: &Identity) -> Self {
        Self::tls_with(label, &identity.chain_pem(), &identity.key_pem)
    }

    /// TLS with any certificates in any order, whether they make a chain or not; the first must
    /// belong to the key.
    #[must_use]
    pub fn tls_with(label: &str, certificates_pem: &str, key_pem: &str) -> Self {
        Self {
            listen: " ssl".to_owned(),
            pems: Some((certificates_pem.to_owned(), key_pem.to_owned())),
            ..Self::http(label)
        }
    }

    /// On another address of this machine, for example 127.0.0.2.
    #[must_use]
    pub fn at(self, address: impl Into<IpAddr>) -> Self {
        Self {
            address: address.into(),
            ..self
        }
    }

    /// Answers to this name; the first block of a port answers to all others.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    /// More words for `listen`, for example `http2`.
    #[must_use]
    pub fn listen(mut self, words: &str) -> Self {
        self.listen.push(' ');
        self.listen.push_str(words);
        self
    }

    /// Directives of the block as nginx reads them. `@port:LABEL@` stands for the port with that
    /// label, so that one block may point to another.
    #[must_use]
    pub fn with(mut self, directives: &str) -> Self {
        self.directives.push_str(directives);
        self.directives.push('\n');
        self
    }
}

/// What nginx is to serve.
#[derive(Debug, Clone, Default)]
pub struct NginxSetup {
    sites: Vec<Site>,
    http: String,
}

impl NginxSetup {
    /// Adds a server block.
    #[must_use]
    pub fn site(mut self, site: Site) -> Self {
        self.sites.push(site);
        self
    }

    /// Adds directives of the `http` block: maps, zones for limits. `@port:LABEL@` works here too.
    #[must_use]
    pub fn http(mut self, directives: &str) -> Self {
        self.http.push_str(directives);
        self.http.push('\n');
        self
    }

    /// Starts nginx; `None` where it is not installed.
    ///
    /// # Errors
    ///
    /// When it is required and missing, and when it does not start: its log is in the error.
    pub fn start(&self) -> Result<Option<Nginx>> {
        let Some(program) = find("nginx", "nginx-light")? else {
            return Ok(None);
        };
        let started = on_free_ports(|| self.try_start(&program));
        Ok(Some(started.context("failed to start nginx")?))
    }

    fn try_start(&self, program: &Path) -> Result<Option<Nginx>> {
        let Some(ports) = self.free_ports()? else {
            return Ok(None);
        };
        let folder = folder()?;
        self.configure(&folder, &ports)?;
        let log = folder.path().join("log");
        let mut command = Command::new(program);
        command
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "conf"])
            // Named here as well, because nginx opens its log before it reads where that is.
            .arg("-e")
            .arg(&log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let pid = folder.path().join("pid");
        let server = Server::start(&mut command, folder, log, |log, id| {
            if log.contains("Address already in use") {
                return Progress::PortTaken;
            }
            // nginx writes the file once it listens; a connection alone might reach a stranger.
            let written = std::fs::read_to_string(&pid).unwrap_or_default();
            if written.trim() == id.to_string() {
                Progress::Ready
            } else {
                Progress::Starting
            }
        })?;
        Ok(server.map(|server| Nginx { server, ports }))
    }

    /// A port for each label, free on each of its addresses; `None` when that did not work out.
    fn free_ports(&self) -> Result<Option<BTreeMap<String, u16>>> {
        let mut ports = BTreeMap::new();
        // All are held until the last is chosen, so that none is chosen twice.
        let mut held = BTreeMap::new();
        for site in &self.sites {
            let port = ports.get(&site.label).copied().unwrap_or(0);
            if held.contains_key(&(site.address, port)) {
                continue;
            }
            let listener = match TcpListener::bind((site.address, port)) {
                Ok(listener) => listener,
                Err(_) if port != 0 => return Ok(None),
                Err(error) => {
                    return Err(error).context(format!("failed to listen on {}", site.address));
                }
            };
            let port = listener.local_addr()?.port();
            ports.insert(site.label.clone(), port);
            held.insert((site.address, port), listener);
        }
        Ok(Some(ports))
    }

    fn configure(&self, folder: &TempDir, ports: &BTreeMap<String, u16>) -> Result<()> {
        // A single process: nothing to drop privileges for, and one to stop.
        let mut conf =
            "daemon off;\nmaster_process off;\npid pid;\nevents {}\nhttp {\naccess_log off;\n"
                .to_owned();
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(conf, "{kind}_temp_path {kind};")?;
        }
        conf.push_str(&self.http);
        for (number, site) in self.sites.iter().enumerate() {
            let port = ports.get(&site.label).copied().unwrap_or_default();
            let address = SocketAddr::new(site.address, port);
            writeln!(conf, "server {{\nlisten {address}{};", site.listen)?;
            if !site.names.is_empty() {
                writeln!(conf, "server_name {};", site.names.join(" "))?;
            }
            if let Some((certificates, key)) = &site.pems {
                write(folder, &format!("{number}.pem"), certificates)?;
                write(folder, &format!("{number}.key"), key)?;
                writeln!(
                    conf,
                    "ssl_certificate {number}.pem;\nssl_certificate_key {number}.key;"
                )?;
            }
            writeln!(conf, "{}}}", site.directives)?;
        }
        conf.push_str("}\n");
        for (label, port) in ports {
            conf = conf.replace(&format!("@port:{label}@"), &port.to_string());
        }
        write(folder, "conf", &conf)
    }
}

/// A running nginx. It stops when dropped.
#[derive(Debug)]
pub struct Nginx {
    server: Server,
    ports: BTreeMap<String, u16>,
}

impl Nginx {
    /// Nothing to serve yet.
    #[must_use]
    pub fn setup() -> NginxSetup {
        NginxSetup::default()
    }

    /// The port with a label.
    ///
    /// # Panics
    ///
    /// When no site has the label, which is a fault of the test.
    #[must_use]
    #[expect(clippy::panic, reason = "a fault of the test that asks")]
    pub fn port(&self, label: &str) -> u16 {
        match self.ports.get(label) {
            Some(port) => *port,
            None => panic!("no site has the label {label}"),
        }
    }

    /// The folder that relative paths in directives start from; files may be added at any time.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.server.folder()
    }

    /// What it has logged so far: faults only, no accesses.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }
}

#[cfg(test)]
mod tests;
