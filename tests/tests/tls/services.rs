//! Real services that begin without TLS: Exim, Dovecot and PostgreSQL, with TLS and, where they can
//! do without, without it. They need to start as root and to run as somebody else.

use anyhow::{Context, Result, ensure};
use seaworthy_tests::report::{fact_of, verdicts_of};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Leaf, find};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAME: &str = "tls.example.com";

/// Ample for each of them on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A running service; it ends when dropped.
struct Service {
    child: Child,
    port: u16,
}

impl Drop for Service {
    fn drop(&mut self) {
        // PostgreSQL and Dovecot end their children when they are asked to.
        drop(
            Command::new("kill")
                .arg(self.child.id().to_string())
                .status(),
        );
        drop(self.child.wait());
    }
}

/// Whether services may be started here; says so where not.
fn may_start() -> Result<bool> {
    let user = Command::new("id").arg("-u").output()?;
    let root = user.stdout.trim_ascii() == b"0";
    if !root {
        writeln!(
            std::io::stderr(),
            "skipped: only root starts mail servers and PostgreSQL as another user"
        )?;
    }
    Ok(root)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

fn start(command: &mut Command, port: u16) -> Result<Service> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("failed to start {}", command.get_program().display()))?;
    let service = Service { child, port };
    let begun = Instant::now();
    while TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
        ensure!(
            begun.elapsed() < READY_WITHIN,
            "{} is not ready",
            command.get_program().display()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(service)
}

/// A certificate, and a folder that everybody may read and write.
fn prepare() -> Result<Scene> {
    let (scene, authority) = (Scene::new()?, Authority::new("Services")?);
    let identity = authority.issue(&Leaf::new([NAME]))?;
    scene.write("root.pem", &authority.root_pem())?;
    scene.write("own.pem", &identity.chain_pem())?;
    scene.write("own.key", &identity.key_pem)?;
    for folder in ["spool", "log", "run", "pg"] {
        std::fs::create_dir(scene.path(folder))?;
    }
    let opened = Command::new("chmod")
        .args(["-R", "a+rwX"])
        .arg(scene.path(""))
        .status()?;
    ensure!(opened.success(), "failed to open the folder");
    Ok(scene)
}

fn exim(scene: &Scene, tls: bool) -> Result<Option<Service>> {
    let Some(program) = find("exim4", "exim4-daemon-light")? else {
        return Ok(None);
    };
    let folder = scene.path("").display().to_string();
    let folder = folder.trim_end_matches('/');
    let offered = if tls { "*" } else { "" };
    let conf = format!(
        "spool_directory = {folder}/spool\nlog_file_path = {folder}/log/%slog\npid_file_path = {folder}/spool/pid\n\
         primary_hostname = {NAME}\ntls_advertise_hosts = {offered}\ntls_certificate = {folder}/own.pem\n\
         tls_privatekey = {folder}/own.key\nkeep_environment =\nsmtp_accept_max = 0\nacl_smtp_rcpt = nobody\nbegin acl\nnobody:\n  deny\n"
    );
    scene.write("exim.conf", &conf)?;
    let (port, file) = (free_port()?, scene.path("exim.conf"));
    let mut command = Command::new(program);
    command
        .arg("-C")
        .arg(file)
        .args(["-bdf", "-oX"])
        .arg(format!("127.0.0.1.{port}"));
    Ok(Some(start(&mut command, port)?))
}

fn dovecot(scene: &Scene, tls: bool) -> Result<Option<Service>> {
    let Some(program) = find("dovecot", "dovecot-imapd")? else {
        return Ok(None);
    };
    let folder = scene.path("").display().to_string();
    let (folder, port) = (folder.trim_end_matches('/'), free_port()?);
    let wanted = if tls { "required" } else { "no" };
    let conf = format!(
        "base_dir = {folder}/run\nstate_dir = {folder}/run\nlog_path = {folder}/log/dovecot\nprotocols = imap\n\
         ssl = {wanted}\nssl_cert = <{folder}/own.pem\nssl_key = <{folder}/own.key\n\
         default_login_user = nobody\ndefault_internal_user = nobody\ndefault_internal_group = nogroup\n\
         passdb {{\n  driver = static\n  args = nopassword=y\n}}\n\
         userdb {{\n  driver = static\n  args = uid=nobody gid=nogroup home=/tmp\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    address = 127.0.0.1\n    port = {port}\n  }}\n\
         inet_listener imaps {{\n    port = 0\n  }}\n}}\n"
    );
    scene.write("dovecot.conf", &conf)?;
    let mut command = Command::new(program);
    command.args(["-F", "-c"]).arg(scene.path("dovecot.conf"));
    Ok(Some(start(&mut command, port)?))
}

/// Debian keeps PostgreSQL's programs where no PATH looks: the folder of the newest; `None` where there
/// is none, which is an error where servers are required.
fn postgres_programs() -> Result<Option<PathBuf>> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("postgres").is_file())
        .collect();
    found.sort();
    if let Some(newest) = found.pop() {
        return Ok(Some(newest));
    }
    let elsewhere = find("postgres", "postgresql")?;
    Ok(elsewhere.and_then(|program| Some(program.parent()?.to_owned())))
}

/// A command as a user who is nobody, which PostgreSQL insists on.
fn as_nobody(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"])
        .arg(program);
    command
}

fn postgres(scene: &Scene, tls: bool) -> Result<Option<Service>> {
    let Some(programs) = postgres_programs()? else {
        return Ok(None);
    };
    let (initdb, program) = (programs.join("initdb"), programs.join("postgres"));
    let data = scene.path("pg/data");
    if !data.exists() {
        let made = as_nobody(&initdb)
            .arg("-D")
            .arg(&data)
            .args(["-A", "trust"])
            .env("HOME", scene.path("pg"))
            .output()?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        // PostgreSQL takes a key only that nobody else may read.
        let (own, key) = (scene.path("own.key"), scene.path("pg/own.key"));
        let copied = Command::new("install")
            .args(["-o", "nobody", "-m", "600"])
            .args([own, key])
            .status()?;
        ensure!(copied.success(), "failed to copy the key");
    }
    let port = free_port()?;
    let set = |name: &str, value: String| format!("{name}={value}");
    let mut command = as_nobody(&program);
    command.arg("-D").arg(&data).arg("-p").arg(port.to_string());
    for setting in [
        set("listen_addresses", "127.0.0.1".to_owned()),
        set("unix_socket_directories", String::new()),
        set("ssl", if tls { "on" } else { "off" }.to_owned()),
        set("ssl_cert_file", scene.path("own.pem").display().to_string()),
        set(
            "ssl_key_file",
            scene.path("pg/own.key").display().to_string(),
        ),
    ] {
        command.args(["-c", &setting]);
    }
    Ok(Some(start(&mut command, port)?))
}

/// Asserts what each probe says of a service.
fn check(scene: &Scene, service: &Service, protocol: &str, wanted: &[(&str, &str)]) -> Result<()> {
    let place = format!("{NAME}:{}", service.port);
    let resolve = format!("{place}:127.0.0.1");
    let ran = scene.run(&[
        "probe",
        "tls",
        &place,
        "--starttls",
        protocol,
        "--resolve",
        &resolve,
        "--ca-file",
        "root.pem",
        "--private-ca",
        "--format",
        "json",
    ])?;
    let report = ran.json().with_context(|| ran.stderr.clone())?;
    let fact = fact_of(&report).with_context(|| format!("{report:#}"))?;
    assert_eq!(fact["starttls"], protocol);
    for (probe, verdict) in wanted {
        let found = verdicts_of(&report, probe);
        assert_eq!(
            found[0]["verdict"], *verdict,
            "{protocol}, {probe}: {}",
            found[0]
        );
    }
    Ok(())
}

const GOOD: [(&str, &str); 3] = [
    ("tls/offered", "pass"),
    ("tls/trusted-path", "pass"),
    ("tls/name-matches", "pass"),
];

const NONE: [(&str, &str); 2] = [
    ("tls/offered", "fail"),
    ("tls/trusted-path", "inconclusive"),
];

#[test]
fn exim_is_asked_for_tls_in_its_own_words() -> Result<()> {
    if !may_start()? {
        return Ok(());
    }
    let scene = prepare()?;
    if let Some(service) = exim(&scene, true)? {
        let more = [
            ("tls/starttls-flushes", "pass"),
            ("tls/weak-suites-refused", "pass"),
        ];
        check(&scene, &service, "smtp", &[&GOOD[..], &more].concat())?;
    }
    if let Some(service) = exim(&scene, false)? {
        check(&scene, &service, "smtp", &NONE)?;
    }
    Ok(())
}

#[test]
fn dovecot_is_asked_for_tls_in_its_own_words() -> Result<()> {
    if !may_start()? {
        return Ok(());
    }
    let scene = prepare()?;
    if let Some(service) = dovecot(&scene, true)? {
        // It closes where others send an alert, which says nothing of what it refuses.
        let more = [
            ("tls/starttls-flushes", "pass"),
            ("tls/old-protocols-refused", "inconclusive"),
        ];
        check(&scene, &service, "imap", &[&GOOD[..], &more].concat())?;
    }
    if let Some(service) = dovecot(&scene, false)? {
        check(&scene, &service, "imap", &NONE)?;
    }
    Ok(())
}

#[test]
fn postgresql_is_asked_for_tls_in_its_own_words() -> Result<()> {
    if !may_start()? {
        return Ok(());
    }
    let scene = prepare()?;
    if let Some(service) = postgres(&scene, true)? {
        let more = [
            // What came before TLS is refused in so many words (CVE-2021-23214 is mended).
            ("tls/starttls-flushes", "pass"),
            ("tls/old-protocols-refused", "pass"),
            ("tls/weak-suites-refused", "pass"),
        ];
        check(&scene, &service, "postgres", &[&GOOD[..], &more].concat())?;
    }
    if let Some(service) = postgres(&scene, false)? {
        check(&scene, &service, "postgres", &NONE)?;
    }
    Ok(())
}
