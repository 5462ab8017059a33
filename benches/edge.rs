//! How fast endpoints are swept, against what a bare rustls client reaches with the same server in the
//! same run, and how much memory a sweep takes as endpoints become more.
//!
//! The server is a process of its own with 50 listeners on loopback, so that the client's processor
//! time stands alone; it counts connections and requests. The sweeps are those of the command itself,
//! from the reading of the configuration to the sealed bundle: `cargo xtask bench` builds it.
//!
//! Straight after each sweep a bare client does the same work at the server's: as many connections by
//! TLS, full handshakes with the chain verified, as many in the clear, and as many requests over them,
//! one after the other on a connection, on as many threads and with as many connections at a time. It
//! reads each answer to its end and looks at nothing. What it does per second is the bound that a sweep
//! is held against: handshakes of the sweep per second as a share of the bare client's, by the clock
//! and by the client's processor time. `SEAWORTHY_BENCH_ENDPOINTS` chooses the number of endpoints.
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
use seaworthy_benches::process::{Ran, command, run, sweep};
use server::{Met, PAGE, Server};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

const ENDPOINTS: &str = "SEAWORTHY_BENCH_ENDPOINTS";
const STEP: &str = "SEAWORTHY_BENCH_STEP";
const FOLDER: &str = "SEAWORTHY_BENCH_FOLDER";
const PORTS: &str = "SEAWORTHY_BENCH_PORTS";
const WORK: &str = "SEAWORTHY_BENCH_WORK";
/// As many connections at a time as a sweep has.
const AT_A_TIME: usize = 256;

const CERTIFICATES: &str = "security/tls-certificates-configured-and-valid";
const HEADERS: &str = "security/security-headers-implemented-csp-hsts-x-frame-options-etc";
const CORS: &str = "security/cors-configured-correctly-no-in-production";

fn main() {
    let endpoints = std::env::var(ENDPOINTS).map_or(10_000, |text| text.parse().unwrap());
    match std::env::var(STEP).as_deref() {
        Ok("serve") => return server::serve(Path::new(&std::env::var(FOLDER).unwrap())),
        Ok("bare") => return bare(),
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
    let three = &[CERTIFICATES, HEADERS, CORS][..];
    let tenth = endpoints / 10;
    for (name, endpoints, listeners, hellos, only) in [
        ("certificates", endpoints, 50, Some(0), &[CERTIFICATES][..]),
        ("certificates, headers, CORS", tenth, 50, Some(0), three),
        ("certificates, headers, CORS", endpoints, 50, Some(0), three),
        ("full depth, one server", 1, 1, None, &[]),
        ("full depth, one server", 50, 1, None, &[]),
    ] {
        let config = config(&server, endpoints, listeners, hellos);
        let swept = sweep(&command, folder, &config, only).unwrap();
        let work = server.met();
        let bare = as_bare(folder, &server, work);
        server.comes_to(work);
        println!("{name}, {endpoints} endpoints: {}", told(&swept, work));
        println!("  the bare client: {}", told(&bare, work));
        println!(
            "  {:.2} of the bare client, {:.2} by processor time",
            bare.wall.as_secs_f64() / swept.wall.as_secs_f64(),
            bare.cpu / swept.cpu,
        );
    }
}

/// The same connections and requests by a client that does nothing else.
fn as_bare(folder: &Path, server: &Server, work: [Met; 2]) -> Ran {
    let mut ports = vec![server.plain.to_string()];
    ports.extend(server.ports.iter().map(ToString::to_string));
    let mut bare = Command::new(std::env::current_exe().unwrap());
    bare.env(STEP, "bare")
        .env(FOLDER, folder)
        .env(PORTS, ports.join(" "))
        .env(WORK, work.map(Met::written).join(" "));
    run(&bare).unwrap()
}

fn told(ran: &Ran, [tls, plain]: [Met; 2]) -> String {
    let handshakes = f64::from(u32::try_from(tls.connections).unwrap());
    format!(
        "{:.2?}, {:.2} s of processor, {:.0} MiB; {} handshakes, {:.0}/s, {} requests, {} in the clear",
        ran.wall,
        ran.cpu,
        ran.peak,
        tls.connections,
        handshakes / ran.wall.as_secs_f64(),
        tls.requests,
        plain.requests,
    )
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

/// What rustls alone does: full handshakes, the chain verified, nothing kept, and requests.
#[tokio::main]
async fn bare() {
    let folder = std::env::var(FOLDER).unwrap();
    let ports = std::env::var(PORTS).unwrap();
    let ports: Vec<u16> = ports.split(' ').map(|port| port.parse().unwrap()).collect();
    let (plain, secure) = ports.split_first().unwrap();
    let work = std::env::var(WORK).unwrap();
    let mut words = work.split(' ');
    let [by_tls, in_the_clear] = [(); 2].map(|()| Met::read(&mut words));
    let connector = connector(Path::new(&folder));
    let mut under_way = JoinSet::new();
    for number in 0..by_tls.connections.max(in_the_clear.connections) {
        let port = secure[usize::try_from(number).unwrap() % secure.len()];
        for (port, work, connector) in [
            (port, by_tls, Some(&connector)),
            (*plain, in_the_clear, None),
        ] {
            if number >= work.connections {
                continue;
            }
            while under_way.len() >= AT_A_TIME {
                under_way.join_next().await.unwrap().unwrap();
            }
            let until = |number| work.requests * number / work.connections;
            let requests = until(number + 1) - until(number);
            under_way.spawn(visit(port, number, requests, connector.cloned()));
        }
    }
    while let Some(done) = under_way.join_next().await {
        done.unwrap();
    }
}

fn connector(folder: &Path) -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    let root = CertificateDer::from_pem_file(folder.join("ca.pem"));
    roots.add(root.unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let mut config = builder
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}

async fn visit(port: u16, number: u64, requests: u64, connector: Option<TlsConnector>) {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let host = format!("e{number}.bench.example");
    match connector {
        Some(connector) => {
            let name = ServerName::try_from(host.clone()).unwrap();
            let stream = connector.connect(name, stream).await.unwrap();
            ask(stream, &host, requests).await;
        }
        None => ask(stream, &host, requests).await,
    }
}

/// Asks for the page so many times, and reads each answer to its end.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, host: &str, requests: u64) {
    let request =
        format!("GET / HTTP/1.1\r\nhost: {host}\r\nuser-agent: bare\r\naccept: */*\r\n\r\n");
    let mut answer = Vec::new();
    for _ in 0..requests {
        stream.write_all(request.as_bytes()).await.unwrap();
        answer.clear();
        while !answer.ends_with(PAGE.as_bytes()) {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
        }
    }
}
