//! How fast 50 names on one nginx are looked at, told apart by SNI, with sslyze over the same server in
//! the same run: by the clock, by processor time and by memory.
//!
//! The sweep goes to full depth: every item that its endpoints can be asked for, headers and CORS among
//! them, and then TLS alone, which is what sslyze looks at. nginx is a package of Debian's, sslyze one
//! of PyPI's: `SEAWORTHY_BENCH_SSLYZE` names the program, that of the tests by default, below
//! `target/tools`. What is missing is told and skipped.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that meets what it does not expect should end"
)]

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use seaworthy_benches::process::{Ran, command, load, run, sweep};
use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const SSLYZE: &str = "SEAWORTHY_BENCH_SSLYZE";
const NAMES: usize = 50;
/// What TLS alone decides.
const BY_TLS: [&str; 1] = ["security/tls-certificates-configured-and-valid"];

fn main() {
    let folder = std::env::temp_dir().join(format!("seaworthy-scanners-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    measure(&folder);
    fs::remove_dir_all(&folder).unwrap();
}

fn measure(folder: &Path) {
    let Some(command) = command() else {
        println!("skipped: target/release/seaworthy is not built; `cargo xtask bench` builds it");
        return;
    };
    let Some(nginx) = Nginx::start(folder) else {
        println!("skipped: there is no nginx (Debian's package nginx-light)");
        return;
    };
    println!("load: {}", load());
    let config = nginx.config();
    // Once before it is measured, so that neither side meets a cold server.
    sweep(&command, folder, &config, &BY_TLS).unwrap();
    let all = told(
        "everything",
        &sweep(&command, folder, &config, &[]).unwrap(),
    );
    let by_tls = told(
        "TLS alone",
        &sweep(&command, folder, &config, &BY_TLS).unwrap(),
    );
    let Some(sslyze) = sslyze() else {
        println!("sslyze was not run: {SSLYZE} names no program");
        return;
    };
    let list = folder.join("targets");
    fs::write(&list, nginx.targets()).unwrap();
    let mut scan = Command::new(sslyze);
    scan.arg("--targets_in").arg(&list).arg("--quiet");
    let other = told("sslyze", &run(&scan).unwrap());
    for (name, own) in [("everything", all), ("TLS alone", by_tls)] {
        println!(
            "sslyze takes {:.1} times as long as the sweep of {name}, {:.1} times its processor time, {:.1} times its memory",
            other.wall.as_secs_f64() / own.wall.as_secs_f64(),
            other.cpu / own.cpu,
            other.peak / own.peak,
        );
    }
    println!("load: {}", load());
}

fn told(name: &str, ran: &Ran) -> Ran {
    println!(
        "{NAMES} names, {name}: {:.2?}, {:.2} s of processor, {:.0} MiB",
        ran.wall, ran.cpu, ran.peak
    );
    *ran
}

/// The program that is named, or that of the tests: this one lies in `target/release/deps`.
fn sslyze() -> Option<PathBuf> {
    let named = std::env::var_os(SSLYZE).map(PathBuf::from);
    let of_tests = || {
        let own = std::env::current_exe().ok()?;
        Some(own.ancestors().nth(3)?.join("tools/tls/bin/sslyze"))
    };
    named.or_else(of_tests).filter(|path| path.exists())
}

/// A running nginx with a name and a certificate for each endpoint.
struct Nginx {
    port: u16,
    child: Child,
}

impl Nginx {
    fn start(folder: &Path) -> Option<Self> {
        certificates(folder);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
        let port = port.unwrap().port();
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration(folder, port)).unwrap();
        let child = Command::new("nginx")
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&file)
            .spawn();
        let started = Self {
            port,
            child: child.ok()?,
        };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "nginx is not up");
            std::thread::yield_now();
        }
        Some(started)
    }

    fn config(&self) -> String {
        let port = self.port;
        let mut text = String::from(
            "service: bench\nenvironment: bench\nrelease: '1'\ntargets:\n  endpoints:\n",
        );
        for number in 0..NAMES {
            writeln!(
                text,
                "    - {{ name: n{number}, url: 'https://n{number}.bench.example:{port}/', \
                 addresses: ['127.0.0.1:{port}'], ca_file: ca.pem, private_ca: true }}"
            )
            .unwrap();
        }
        text
    }

    /// As sslyze reads them.
    fn targets(&self) -> String {
        let port = self.port;
        let lines = (0..NAMES).map(|n| format!("n{n}.bench.example:{port}{{127.0.0.1}}\n"));
        lines.collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn certificates(folder: &Path) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "bench root");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    fs::write(folder.join("ca.pem"), pem).unwrap();
    let root = Issuer::new(params, key);
    for number in 0..NAMES {
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec![format!("n{number}.bench.example")]).unwrap();
        let own = own.signed_by(&key, &root).unwrap();
        fs::write(folder.join(format!("n{number}.pem")), own.pem()).unwrap();
        fs::write(folder.join(format!("n{number}.key")), key.serialize_pem()).unwrap();
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let mut text = format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log crit;\n\
         events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n\
         server_names_hash_bucket_size 128;\nssl_protocols TLSv1.2 TLSv1.3;\n"
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        writeln!(text, "{kind}_temp_path {folder}/{kind};").unwrap();
    }
    for number in 0..NAMES {
        writeln!(
            text,
            "server {{ listen 127.0.0.1:{port} ssl http2; server_name n{number}.bench.example;\n\
             ssl_certificate {folder}/n{number}.pem; ssl_certificate_key {folder}/n{number}.key;\n\
             default_type text/html; add_header strict-transport-security 'max-age=63072000' always;\n\
             location = / {{ return 200 'hello'; }} location / {{ return 404 'no'; }} }}"
        )
        .unwrap();
    }
    text.push_str("}\n");
    text
}
