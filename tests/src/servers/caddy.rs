//! Caddy as a fixture: the second real web server, with HTTP/2 and HTTP/3 out of the box.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::Identity;
use super::process::{Progress, Server, find, folder, on_free_ports, write};

/// One site over TLS on a free port of 127.0.0.1, with a Caddyfile's directives for it.
#[derive(Debug, Clone)]
pub struct CaddySetup {
    name: String,
    identity: Identity,
    directives: String,
}

impl CaddySetup {
    /// Adds directives of the site, as a Caddyfile has them.
    #[must_use]
    pub fn with(mut self, directives: &str) -> Self {
        self.directives.push_str(directives);
        self.directives.push('\n');
        self
    }

    /// Starts Caddy; `None` where it is not installed.
    ///
    /// # Errors
    ///
    /// When it is required and missing, and when it does not start: its log is in the error.
    pub fn start(&self) -> Result<Option<Caddy>> {
        let Some(program) = find("caddy", "caddy")? else {
            return Ok(None);
        };
        let started = on_free_ports(|| {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
                .local_addr()?
                .port();
            let folder = folder()?;
            write(&folder, "chain.pem", &self.identity.chain_pem())?;
            write(&folder, "key.pem", &self.identity.key_pem)?;
            let conf = format!(
                "{{\nadmin off\nauto_https off\n}}\nhttps://{}:{port} {{\nbind 127.0.0.1\n\
                 tls chain.pem key.pem\n{}}}\n",
                self.name, self.directives
            );
            write(&folder, "Caddyfile", &conf)?;
            let log = folder.path().join("log");
            let out = File::create(&log).context("failed to write the log")?;
            let mut command = Command::new(&program);
            command
                .args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"])
                .current_dir(folder.path())
                .env("XDG_DATA_HOME", folder.path())
                .env("XDG_CONFIG_HOME", folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(out);
            let server = Server::start(&mut command, folder, log, |log, _| progress(log))?;
            Ok(server.map(|server| Caddy { server, port }))
        });
        Ok(Some(started.context("failed to start caddy")?))
    }
}

fn progress(log: &str) -> Progress {
    if log.contains("address already in use") {
        Progress::PortTaken
    } else if log.contains("serving initial configuration") {
        Progress::Ready
    } else {
        Progress::Starting
    }
}

/// A running Caddy. It stops when dropped.
#[derive(Debug)]
pub struct Caddy {
    server: Server,
    port: u16,
}

impl Caddy {
    /// A site for `name` with this certificate; nothing is served yet.
    #[must_use]
    pub fn setup(name: &str, identity: &Identity) -> CaddySetup {
        CaddySetup {
            name: name.to_owned(),
            identity: identity.clone(),
            directives: String::new(),
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }
}
