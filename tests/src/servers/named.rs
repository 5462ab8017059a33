//! BIND's `named` as a fixture: an authority for zones that a test writes, over UDP and TCP.

use std::fmt::Write;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::process::{Progress, Server, find, folder, on_free_ports, write};

/// The start that every zone needs (a time to live, SOA and NS), followed by `records`.
#[must_use]
pub fn apex(records: &str) -> String {
    format!(
        "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n{records}\n"
    )
}

/// What named is to be the authority for.
#[derive(Debug, Clone, Default)]
pub struct NamedSetup {
    zones: Vec<(String, String)>,
    options: String,
    resolves: Option<(SocketAddr, String)>,
}

impl NamedSetup {
    /// Adds a zone with the text of its master file, whole; [`apex`] helps. The zone `.` is the
    /// root, for tests that climb.
    #[must_use]
    pub fn zone(mut self, name: &str, text: &str) -> Self {
        self.zones.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Adds statements of the `options` block, for example `allow-query { none; };`.
    #[must_use]
    pub fn options(mut self, statements: &str) -> Self {
        self.options.push_str(statements);
        self.options.push('\n');
        self
    }

    /// Makes it a validating resolver in place of an authority: it asks `authority` for everything, and
    /// trusts the root by this key, the data of a DNSKEY record.
    #[must_use]
    pub fn resolver(mut self, authority: SocketAddr, root_key: &str) -> Self {
        self.resolves = Some((authority, root_key.to_owned()));
        self
    }

    /// Starts named; `None` where it is not installed.
    ///
    /// # Errors
    ///
    /// When it is required and missing, when it does not start, and when it refuses a zone: its
    /// log is in the error.
    pub fn start(&self) -> Result<Option<Named>> {
        let Some(program) = find("named", "bind9")? else {
            return Ok(None);
        };
        let started = on_free_ports(|| self.try_start(&program));
        Ok(Some(started.context("failed to start named")?))
    }

    fn try_start(&self, program: &Path) -> Result<Option<Named>> {
        let Some(address) = free_address()? else {
            return Ok(None);
        };
        let folder = folder()?;
        self.configure(&folder, address)?;
        let program = unconfined(program, &folder)?;
        let log = folder.path().join("log");
        let out =
            File::create(&log).with_context(|| format!("failed to write {}", log.display()))?;
        let mut command = Command::new(program);
        command
            .args(["-g", "-n", "1", "-c", "named.conf"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(out);
        let server = Server::start(&mut command, folder, log, |log, _| progress(log))?;
        Ok(server.map(|server| Named { server, address }))
    }

    /// The options of an authority, or of a resolver.
    fn recursion(&self) -> String {
        match &self.resolves {
            None => "recursion no;\ndnssec-validation no;\n".to_owned(),
            Some((authority, _)) => format!(
                "recursion yes;\nallow-query {{ any; }};\ndnssec-validation yes;\nforward only;\n\
                 forwarders {{ {} port {}; }};\nempty-zones-enable no;\n",
                authority.ip(),
                authority.port()
            ),
        }
    }

    fn configure(&self, folder: &TempDir, address: SocketAddr) -> Result<()> {
        let mut conf = format!(
            "\
controls {{ }};
options {{
directory \"{}\";
listen-on port {} {{ {}; }};
listen-on-v6 {{ none; }};
pid-file none;
session-keyfile none;
managed-keys-directory \"{0}\";
notify no;
{}{}}};
",
            folder.path().display(),
            address.port(),
            address.ip(),
            self.recursion(),
            self.options
        );
        if let Some((_, key)) = &self.resolves {
            let words: Vec<&str> = key.splitn(4, ' ').collect();
            let [flags, protocol, algorithm, key] = words.as_slice() else {
                bail!("{key:?} is no DNSKEY");
            };
            let key = key.replace(' ', "");
            writeln!(
                conf,
                "trust-anchors {{ . static-key {flags} {protocol} {algorithm} \"{key}\"; }};"
            )?;
        }
        for (number, (name, text)) in self.zones.iter().enumerate() {
            let file = format!("{number}.zone");
            write(folder, &file, text)?;
            writeln!(
                conf,
                "zone \"{name}\" {{ type primary; file \"{file}\"; }};"
            )?;
        }
        write(folder, "named.conf", &conf)
    }
}

/// A running named. It stops when dropped.
#[derive(Debug)]
pub struct Named {
    server: Server,
    address: SocketAddr,
}

impl Named {
    /// No zone yet.
    #[must_use]
    pub fn setup() -> NamedSetup {
        NamedSetup::default()
    }

    /// Where it answers, over UDP and TCP.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }
}

/// named goes on without a zone that it refuses, and without an address that is taken: only its
/// log tells.
fn progress(log: &str) -> Progress {
    if log.contains("creating IPv4 interface lo failed") || log.contains("address in use") {
        Progress::PortTaken
    } else if !log.lines().any(|line| line.ends_with(" running")) {
        Progress::Starting
    } else if log.contains("not loaded due to errors") {
        Progress::Failed("named refuses a zone".to_owned())
    } else {
        Progress::Ready
    }
}

/// An address that is free over TCP and UDP; `None` when only one of them was.
fn free_address() -> Result<Option<SocketAddr>> {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("failed to listen")?;
    let address = tcp.local_addr()?;
    Ok(UdpSocket::bind(address).ok().map(|_| address))
}

/// Debian's `AppArmor` profile for `/usr/sbin/named` lets it read its system folders alone. The
/// profile goes by path, so that a copy beside the configuration is free of it.
fn unconfined(program: &Path, folder: &TempDir) -> Result<PathBuf> {
    let enabled = std::fs::read_to_string("/sys/module/apparmor/parameters/enabled");
    if !enabled.is_ok_and(|word| word.trim() == "Y") {
        return Ok(program.to_path_buf());
    }
    let copy = folder.path().join("named");
    std::fs::copy(program, &copy).context("failed to copy named")?;
    Ok(copy)
}

#[cfg(test)]
mod tests;
