//! Servers that misbehave: the verdict, its reason, and an end within the deadline, by the
//! command over HTTP, CORS and WebSocket.

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a server does with a request.
#[derive(Clone, Debug)]
enum Fault {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Never answers.
    Hang,
    /// A byte every tenth of a second.
    Drip(Vec<u8>),
    /// These bytes, then a body without end.
    Endless(Vec<u8>),
    /// Cuts the connection with a reset.
    Reset,
}

/// A server whose threads go with the test program.
fn serve(fault: Fault) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let fault = Arc::new(fault);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let fault = Arc::clone(&fault);
            std::thread::spawn(move || answer(stream, &fault));
        }
    });
    Ok(address)
}

fn answer(mut stream: TcpStream, fault: &Fault) {
    let mut byte = [0];
    if matches!(fault, Fault::Reset) {
        // What is left unread when a socket is closed makes the system send a reset.
        let _ = stream.read(&mut byte);
        return;
    }
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            // A record of TLS has no end that this server would know.
            Ok(1) if request.is_empty() && byte == [0x16] => {
                // Its length tells it, and what is left unread would make the system send a reset.
                let mut rest = [0; 4];
                let _ = stream.read_exact(&mut rest);
                let length = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
                let _ = stream.read_exact(&mut vec![0; length]);
                break;
            }
            // A hello of SSL 2.0 has two octets of length.
            Ok(1) if request.is_empty() && byte[0] & 0x80 != 0 => {
                let high = usize::from(byte[0] & 0x7f) << 8;
                let _ = stream.read_exact(&mut byte);
                let _ = stream.read_exact(&mut vec![0; high | usize::from(byte[0])]);
                break;
            }
            Ok(1) => request.extend(byte),
            _ => break,
        }
    }
    let _ = match fault {
        Fault::Bytes(bytes) => stream.write_all(bytes),
        Fault::Drip(bytes) => bytes.iter().try_for_each(|byte| {
            std::thread::sleep(Duration::from_millis(100));
            stream.write_all(&[*byte])
        }),
        Fault::Endless(bytes) => {
            let mut sent = stream.write_all(bytes);
            while sent.is_ok() {
                sent = stream.write_all(&[b'x'; 4096]);
            }
            sent
        }
        Fault::Hang | Fault::Reset => stream.read(&mut byte).map(|_| ()),
    };
}

/// An address whose queue of connections is full, so that connecting hangs; the connections must
/// be kept.
fn full() -> Result<(SocketAddr, TcpListener, Vec<TcpStream>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let mut held = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        held.push(stream);
        assert!(held.len() < 10_000, "this system's queue has no end");
    }
    Ok((address, listener, held))
}

fn head(status: &str, more: &str) -> Fault {
    let text = format!("HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n");
    Fault::Bytes(text.into_bytes())
}

/// The verdict of each command at an address, its reason and words of its message; all of it
/// within the deadline of two seconds and a start on a busy machine.
fn check(what: &str, scheme: &str, address: SocketAddr, reason: &str, words: &str) -> Result<()> {
    let scene = Scene::new()?;
    let url = format!("{scheme}://{address}/");
    for (kind, probe) in [
        ("http", "http/nosniff"),
        ("cors", "cors/no-reflection"),
        ("ws", "ws/handshake"),
    ] {
        let start = Instant::now();
        let arguments = ["probe", kind, &url, "--probes", probe, "--deadline", "2"];
        let ran = scene.run(&[&arguments[..], &["--format", "json"]].concat())?;
        let took = start.elapsed();
        let shown = format!("{what}, {kind}");
        assert!(took < Duration::from_secs(30), "{shown}: {took:?}");
        assert_eq!(ran.code, 2, "{shown}: {}{}", ran.stdout, ran.stderr);
        let report = ran.json()?;
        let verdicts = verdicts_of(&report, probe);
        let verdict = verdicts
            .first()
            .with_context(|| format!("{shown}: {report}"))?;
        let message = verdict["message"].as_str().unwrap_or_default();
        assert_eq!(verdict["verdict"], "inconclusive", "{shown}: {message}");
        assert_eq!(verdict["reason"], reason, "{shown}: {message}");
        assert!(message.contains(words), "{shown}: {message}");
        assert!(message.contains("127.0.0.1"), "{shown}: {message}");
    }
    Ok(())
}

#[test]
fn what_is_no_answer_is_undecided_with_its_reason_and_in_time() -> Result<()> {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(70_000));
    for (what, fault, reason, words) in [
        ("reset", Fault::Reset, "unreachable", "failed to read"),
        (
            "closed",
            Fault::Bytes(Vec::new()),
            "unreachable",
            "failed to read",
        ),
        (
            "half an answer",
            Fault::Bytes(b"HTTP/1.1 200 OK\r\nX-Con".to_vec()),
            "unreachable",
            "failed to read",
        ),
        (
            "garbage",
            Fault::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
            "unparsed",
            "no HTTP",
        ),
        (
            "an alert of TLS",
            Fault::Bytes(b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n".to_vec()),
            "unparsed",
            "no HTTP",
        ),
        (
            "64 KiB header",
            Fault::Bytes(long.into_bytes()),
            "too_large",
            "65536",
        ),
        ("403", head("403 Forbidden", ""), "denied", "403"),
        (
            "429",
            head("429 Too Many Requests", "Retry-After: 9\r\n"),
            "denied",
            "429",
        ),
        (
            "503",
            head("503 Busy", "Retry-After: 9\r\n"),
            "denied",
            "503",
        ),
    ] {
        check(what, "http", serve(fault)?, reason, words)?;
    }
    Ok(())
}

#[test]
fn who_hangs_or_drips_is_left_at_the_deadline() -> Result<()> {
    for (what, fault) in [
        ("hang", Fault::Hang),
        (
            "drip",
            Fault::Drip(b"HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\n\r\n".to_vec()),
        ),
    ] {
        check(what, "http", serve(fault)?, "interrupted", "deadline")?;
    }
    let (address, _listener, _held) = full()?;
    check(
        "hang before the connection",
        "http",
        address,
        "interrupted",
        "deadline",
    )
}

#[test]
fn a_refused_connection_and_the_other_protocol() -> Result<()> {
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    check("refused", "http", closed, "unreachable", "refused")?;
    let plain = serve(head("400 Bad Request", ""))?;
    check(
        "TLS asked of a plain server",
        "https",
        plain,
        "unparsed",
        "TLS",
    )
}

/// 128 MiB of zeros, packed into a thousandth of that.
fn bomb() -> Result<Vec<u8>> {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..128 {
        bomb.write_all(&block)?;
    }
    Ok(bomb.finish()?)
}

#[test]
fn a_body_without_end_spoils_no_good_head_and_a_loop_shows_no_page() -> Result<()> {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\n";
    let bomb = bomb()?;
    let packed = format!(
        "Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    let bomb = [HEAD.as_bytes(), packed.as_bytes(), &bomb].concat();
    let scene = Scene::new()?;
    for (fault, verdict, words) in [
        (
            Fault::Endless(format!("{HEAD}\r\n").into_bytes()),
            "pass",
            "",
        ),
        (Fault::Bytes(bomb), "pass", ""),
        (
            head("302 Found", "Location: /\r\n"),
            "inconclusive",
            "without end",
        ),
        (head("500 Oops", ""), "inconclusive", "500"),
    ] {
        let url = format!("http://{}/", serve(fault)?);
        let arguments = [
            "probe",
            "http",
            &url,
            "--probes",
            "http/nosniff",
            "--deadline",
            "20",
        ];
        let start = Instant::now();
        let ran = scene.run(&[&arguments[..], &["--format", "json"]].concat())?;
        assert!(start.elapsed() < Duration::from_secs(60), "{words}");
        let report = ran.json()?;
        let found = verdicts_of(&report, "http/nosniff");
        let message = found[0]["message"].as_str().unwrap_or_default();
        assert_eq!(found[0]["verdict"], verdict, "{message}");
        assert!(message.contains(words), "{message}");
    }
    Ok(())
}

/// The verdict of `probe tls` at an address, its reason and words of its message, within the deadline.
fn check_tls(what: &str, address: SocketAddr, reason: &str, words: &str) -> Result<()> {
    let scene = Scene::new()?;
    let at = address.to_string();
    let start = Instant::now();
    let arguments = [
        "probe",
        "tls",
        &at,
        "--probes",
        "tls/trusted-path",
        "--deadline",
        "2",
    ];
    let ran = scene.run(&[&arguments[..], &["--format", "json"]].concat())?;
    assert!(start.elapsed() < Duration::from_secs(30), "{what}");
    assert_eq!(ran.code, 2, "{what}: {}{}", ran.stdout, ran.stderr);
    let report = ran.json()?;
    let verdicts = verdicts_of(&report, "tls/trusted-path");
    let verdict = verdicts
        .first()
        .with_context(|| format!("{what}: {report}"))?;
    let message = verdict["message"].as_str().unwrap_or_default();
    assert_eq!(verdict["verdict"], "inconclusive", "{what}: {message}");
    assert_eq!(verdict["reason"], reason, "{what}: {message}");
    assert!(
        message.contains(words) && message.contains("127.0.0.1"),
        "{what}: {message}"
    );
    Ok(())
}

#[test]
fn what_is_no_handshake_is_undecided_with_its_reason_and_in_time() -> Result<()> {
    let half = b"\x16\x03\x03\x00\x50\x02\x00\x00\x4c\x03\x03".to_vec();
    let long = [&b"\x16\x03\x03\xff\xff"[..], &[2; 70_000]].concat();
    for (what, fault, reason, words) in [
        ("reset", Fault::Reset, "unreachable", "cut"),
        ("closed", Fault::Bytes(Vec::new()), "unreachable", "cut"),
        (
            "half a record",
            Fault::Bytes(half.clone()),
            "unreachable",
            "cut",
        ),
        (
            "garbage",
            Fault::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
            "unparsed",
            "TLS",
        ),
        ("plain HTTP", head("400 Bad Request", ""), "unparsed", "TLS"),
        (
            "a record that is too long",
            Fault::Bytes(long),
            "unparsed",
            "TLS",
        ),
        (
            "octets without end",
            Fault::Endless(Vec::new()),
            "unparsed",
            "TLS",
        ),
        ("hang", Fault::Hang, "interrupted", "deadline"),
        (
            "drip",
            Fault::Drip([half, vec![0; 80]].concat()),
            "interrupted",
            "deadline",
        ),
    ] {
        check_tls(what, serve(fault)?, reason, words)?;
    }
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    check_tls("refused", closed, "unreachable", "refused")?;
    let (address, _listener, _held) = full()?;
    check_tls(
        "hang before the connection",
        address,
        "interrupted",
        "deadline",
    )
}
