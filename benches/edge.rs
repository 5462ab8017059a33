//! How fast endpoints are swept, against what a bare rustls client reaches with the same server in the
//! same run, and how much memory a sweep takes as endpoints become more.
//!
//! The server is a process of its own with 50 listeners on loopback, so that the client's processor
//! time stands alone; it counts handshakes. The sweeps are those of the command itself, from the
//! request to the sealed bundle: `cargo xtask bench` builds it. `SEAWORTHY_BENCH_ENDPOINTS` chooses the
//! number of endpoints.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark that meets what it does not expect should end"
)]

mod server;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use server::Server;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

const ENDPOINTS: &str = "SEAWORTHY_BENCH_ENDPOINTS";
const STEP: &str = "SEAWORTHY_BENCH_STEP";
const FOLDER: &str = "SEAWORTHY_BENCH_FOLDER";
const PORTS: &str = "SEAWORTHY_BENCH_PORTS";
/// As many connections at a time as a sweep has.
const AT_A_TIME: usize = 256;

const CERTIFICATES: &str = "security/tls-certificates-configured-and-valid";
const HEADERS: &str = "security/security-headers-implemented-csp-hsts-x-frame-options-etc";
const CORS: &str = "security/cors-configured-correctly-no-in-production";

fn main() {
    let endpoints = std::env::var(ENDPOINTS).map_or(10_000, |text| text.parse().unwrap());
    match std::env::var(STEP).as_deref() {
        Ok("serve") => return server::serve(Path::new(&std::env::var(FOLDER).unwrap())),
        Ok("bare") => return bare(endpoints),
        Ok(_) | Err(_) => {}
    }
    let folder = std::env::temp_dir().join(format!("seaworthy-edge-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    measure(&folder, endpoints);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn measure(folder: &Path, endpoints: usize) {
    let Some(command) = command() else {
        println!("skipped: target/release/seaworthy is not built; `cargo xtask bench` builds it");
        return;
    };
    let mut server = Server::start(folder);
    let ports: Vec<String> = server.ports.iter().map(ToString::to_string).collect();
    let mut bare = Command::new(std::env::current_exe().unwrap());
    bare.env(STEP, "bare")
        .env(FOLDER, folder)
        .env(PORTS, ports.join(" "))
        .env(ENDPOINTS, endpoints.to_string());
    let floor = told(
        "bare client",
        endpoints,
        &run(&mut bare),
        server.handshakes(),
        None,
    );
    let three = &[CERTIFICATES, HEADERS, CORS][..];
    let tenth = endpoints / 10;
    for (name, endpoints, only) in [
        ("certificates", endpoints, &[CERTIFICATES][..]),
        ("certificates, headers, CORS", tenth, three),
        ("certificates, headers, CORS", endpoints, three),
    ] {
        let ran = sweep(
            &command,
            folder,
            &config(&server, endpoints, 50, Some(0)),
            only,
        );
        told(name, endpoints, &ran, server.handshakes(), Some(&floor));
    }
    for endpoints in [1, 50] {
        let ran = sweep(&command, folder, &config(&server, endpoints, 1, None), &[]);
        told(
            "full depth, one server",
            endpoints,
            &ran,
            server.handshakes(),
            Some(&floor),
        );
    }
}

/// The command, beside the folder of this program.
fn command() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let command = own.parent()?.parent()?.join("seaworthy");
    command.exists().then_some(command)
}

/// What a process took.
struct Ran {
    wall: Duration,
    /// User and system, in seconds.
    cpu: f64,
    /// The greatest resident set, in KiB.
    peak: u64,
}

/// Handshakes a second, and for each second of processor time.
struct Rate {
    wall: f64,
    cpu: f64,
}

fn told(name: &str, endpoints: usize, ran: &Ran, handshakes: u64, floor: Option<&Rate>) -> Rate {
    let of = |seconds: f64| f64::from(u32::try_from(handshakes).unwrap()) / seconds;
    let rate = Rate {
        wall: of(ran.wall.as_secs_f64()),
        cpu: of(ran.cpu),
    };
    let beside = floor.map_or_else(String::new, |floor| {
        let (wall, cpu) = (rate.wall / floor.wall, rate.cpu / floor.cpu);
        format!("; {wall:.2} of the bare client, {cpu:.2} by processor time")
    });
    println!(
        "{name}, {endpoints} endpoints: {:.2?}, {:.2} s of processor, {} MiB; {handshakes} handshakes, {:.0}/s{beside}",
        ran.wall,
        ran.cpu,
        ran.peak / 1024,
        rate.wall,
    );
    rate
}

fn sweep(command: &Path, folder: &Path, config: &str, only: &[&str]) -> Ran {
    let file = folder.join("seaworthy.yaml");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new(command);
    command.current_dir(folder);
    command.args(["sweep", "--quiet", "--format", "json", "--config"]);
    command.arg(&file).args(["--out", "runs"]);
    for item in only {
        command.args(["--only", item]);
    }
    let ran = run(&mut command);
    std::fs::remove_dir_all(folder.join("runs")).unwrap();
    ran
}

/// Runs a process to its end, and sees now and then how much memory it takes.
fn run(command: &mut Command) -> Ran {
    let (started, before) = (Instant::now(), children_cpu());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let seen = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(seen.unwrap_or_default());
        std::thread::sleep(Duration::from_millis(2));
    }
    Ran {
        wall: started.elapsed(),
        cpu: children_cpu() - before,
        peak,
    }
}

/// The processor time of all children that have ended, in seconds: the fields 16 and 17 of
/// `/proc/self/stat`, in hundredths.
fn children_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap();
    (ticks(13) + ticks(14)) / 100.0
}

fn config(server: &Server, endpoints: usize, listeners: usize, hellos: Option<u32>) -> String {
    let mut text =
        String::from("service: bench\nenvironment: bench\nrelease: '1'\ntargets:\n  endpoints:\n");
    let plain = server.plain;
    for number in 0..endpoints {
        let port = server.ports[number % listeners];
        let name = format!("e{number}.bench.example");
        let tls = hellos.map_or_else(String::new, |most| format!(", tls: {{ hellos: {most} }}"));
        writeln!(
            text,
            "    - {{ name: e{number}, url: 'https://{name}:{port}/', addresses: ['127.0.0.1:{port}'], \
             ca_file: ca.pem, private_ca: true, plain_http: 'http://{name}:{plain}/'{tls} }}"
        )
        .unwrap();
    }
    text
}

/// What rustls alone does: full handshakes, the chain verified, nothing kept.
#[tokio::main]
async fn bare(endpoints: usize) {
    let folder = std::env::var(FOLDER).unwrap();
    let ports = std::env::var(PORTS).unwrap();
    let ports: Vec<u16> = ports.split(' ').map(|port| port.parse().unwrap()).collect();
    let mut roots = rustls::RootCertStore::empty();
    let root = CertificateDer::from_pem_file(Path::new(&folder).join("ca.pem"));
    roots.add(root.unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let mut config = builder
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    let connector = TlsConnector::from(Arc::new(config));
    let mut under_way = JoinSet::new();
    for number in 0..endpoints {
        if under_way.len() >= AT_A_TIME {
            under_way.join_next().await.unwrap().unwrap();
        }
        let (connector, port) = (connector.clone(), ports[number % ports.len()]);
        under_way.spawn(async move {
            let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let name = ServerName::try_from(format!("e{number}.bench.example")).unwrap();
            connector.connect(name, stream).await.unwrap();
        });
    }
    while under_way.join_next().await.is_some() {}
}
