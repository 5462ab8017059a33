//! Running `dig` and `delv`, and reading what they print.

use anyhow::{Context, Result, bail};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::REQUIRE_SERVERS;
use std::net::SocketAddr;
use std::process::Command;

/// So often a signed zone is asked for its signatures: named makes them within a moment of its start.
const PATIENCE: usize = 500;

/// The records of an answer: name, time to live, type and data.
#[derive(Debug)]
pub(crate) struct Answer(Vec<(i64, String, String)>);

impl Answer {
    /// The data of one type, sorted, as our facts show it.
    pub(crate) fn data(&self, kind: &str) -> Vec<String> {
        let of =
            |(_, found, data): &(i64, String, String)| (found == kind).then(|| shown(kind, data));
        let mut all: Vec<String> = self.0.iter().filter_map(of).collect();
        all.sort();
        all
    }

    /// The shortest time to live of one type.
    pub(crate) fn ttl(&self, kind: &str) -> Option<i64> {
        self.0
            .iter()
            .filter(|(_, found, _)| found == kind)
            .map(|(ttl, ..)| *ttl)
            .min()
    }
}

/// Whether both are there.
///
/// # Errors
///
/// When they are not although they were promised.
#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
pub(crate) fn installed() -> Result<bool> {
    let there = ["dig", "delv"]
        .iter()
        .all(|tool| Command::new(tool).arg("-v").output().is_ok());
    if !there {
        if std::env::var(REQUIRE_SERVERS).is_ok_and(|value| value == "1") {
            bail!("dig or delv is missing; Debian's bind9-dnsutils has them");
        }
        eprintln!("skipped: dig or delv is missing; Debian's bind9-dnsutils has them");
    }
    Ok(there)
}

fn run(tool: &str, words: &[&str]) -> Result<String> {
    let ran = Command::new(tool)
        .args(words)
        .output()
        .with_context(|| tool.to_owned())?;
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}

fn ask(at: SocketAddr, name: &str, kind: &str, more: &[&str]) -> Result<String> {
    let (server, port) = (format!("@{}", at.ip()), at.port().to_string());
    run(
        "dig",
        &[
            &[
                server.as_str(),
                "-p",
                &port,
                "+tries=1",
                "+time=5",
                name,
                kind,
            ],
            more,
        ]
        .concat(),
    )
}

/// What `dig` is answered.
pub(crate) fn dig(at: SocketAddr, name: &str, kind: &str) -> Result<Answer> {
    let text = ask(at, name, kind, &["+noall", "+answer"])?;
    let record = |line: &str| {
        let mut words = line.split_whitespace();
        let (_, ttl, _, kind) = (
            words.next()?,
            words.next()?.parse().ok()?,
            words.next()?,
            words.next()?,
        );
        let data = line
            .split_once(&format!("\t{kind}\t"))
            .map(|(_, data)| data.to_owned());
        Some((ttl, kind.to_owned(), data?))
    };
    Ok(Answer(
        text.lines()
            .filter(|line| !line.starts_with(';'))
            .filter_map(record)
            .collect(),
    ))
}

/// The code of the answer for the name, `NOERROR` or `NXDOMAIN`.
pub(crate) fn status(at: SocketAddr, name: &str) -> Result<String> {
    let text = ask(at, name, "A", &[])?;
    let code = text
        .split_once("status: ")
        .and_then(|(_, rest)| rest.split(',').next());
    let code = code.with_context(|| text.clone())?.to_owned();
    // The code is that of the last name of a chain of aliases; the name itself exists by its alias.
    Ok(if text.contains("\tCNAME\t") {
        "NOERROR".to_owned()
    } else {
        code
    })
}

/// CAA as RFC 8659 §3 finds it: at the name, or at its nearest ancestor that has any.
pub(crate) fn caa_by_climbing(at: SocketAddr, name: &str) -> Result<Vec<String>> {
    let mut rest = Some(name);
    while let Some(domain) = rest {
        let found = dig(at, domain, "CAA")?.data("CAA");
        if !found.is_empty() {
            return Ok(found);
        }
        rest = domain.split_once('.').map(|(_, parent)| parent);
    }
    Ok(Vec::new())
}

/// The data of the root's key that signs keys, once the zone is signed.
pub(crate) fn key_of_the_root(at: SocketAddr) -> Result<String> {
    for _ in 0..PATIENCE {
        let keys = dig(at, ".", "DNSKEY")?.data("DNSKEY");
        let signed = ask(at, "www.good", "A", &["+dnssec", "+noall", "+answer"])?.contains("RRSIG");
        if let Some(key) = keys
            .iter()
            .find(|key| key.starts_with("257 "))
            .filter(|_| signed)
        {
            return Ok(key.clone());
        }
    }
    bail!("the root was not signed")
}

/// The data of the DNSKEY record in a file of one.
pub(crate) fn key_in(file: &str) -> Result<String> {
    let record = file.lines().find(|line| !line.starts_with(';'));
    let data = record.and_then(|record| record.split_once(" DNSKEY "));
    Ok(data.with_context(|| file.to_owned())?.1.to_owned())
}

/// The state of a name by `delv`, which validates by itself.
pub(crate) fn delv(scene: &Scene, at: SocketAddr, name: &str, key: &str) -> Result<String> {
    let words: Vec<&str> = key.splitn(4, ' ').collect();
    let [flags, protocol, algorithm, key] = words.as_slice() else {
        bail!("{key:?} is no DNSKEY");
    };
    let key = key.replace(' ', "");
    let anchors =
        format!("trust-anchors {{ . static-key {flags} {protocol} {algorithm} \"{key}\"; }};\n");
    scene.write("anchors", &anchors)?;
    let (server, port) = (format!("@{}", at.ip()), at.port().to_string());
    let file = scene.path("anchors").display().to_string();
    let ran = Command::new("delv")
        .args([&server, "-p", &port, "-a", &file, name, "A"])
        .output()?;
    let text = [ran.stdout, ran.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    Ok(match text.as_ref() {
        text if text.contains("fully validated") => "secure",
        text if text.contains("unsigned answer") => "insecure",
        text if text.contains("resolution failed") || text.contains("broken trust chain") => {
            "bogus"
        }
        _ => bail!("delv said {text}"),
    }
    .to_owned())
}

/// Data as our facts show it: TXT joined and unescaped, CAA by tag and value.
fn shown(kind: &str, data: &str) -> String {
    match kind {
        "TXT" => strings(data).concat(),
        "CAA" => {
            let mut words = data.splitn(3, ' ');
            let (_, tag) = (words.next(), words.next().unwrap_or_default());
            format!(
                "{} {}",
                tag.to_ascii_lowercase(),
                strings(words.next().unwrap_or_default()).concat()
            )
        }
        _ => data.to_owned(),
    }
}

/// The quoted strings of presentation format (RFC 1035 §5.1).
fn strings(text: &str) -> Vec<String> {
    let (mut all, mut bytes) = (Vec::new(), text.bytes().peekable());
    while let Some(byte) = bytes.next() {
        if byte != b'"' {
            continue;
        }
        let mut one = Vec::new();
        while let Some(byte) = bytes.next().filter(|byte| *byte != b'"') {
            if byte != b'\\' {
                one.push(byte);
                continue;
            }
            match bytes.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    let rest = [bytes.next(), bytes.next()]
                        .map(|digit| u32::from(digit.unwrap_or(b'0') - b'0'));
                    let code = u32::from(digit - b'0') * 100 + rest[0] * 10 + rest[1];
                    one.push(u8::try_from(code).unwrap_or_default());
                }
                Some(other) => one.push(other),
                None => {}
            }
        }
        all.push(String::from_utf8_lossy(&one).into_owned());
    }
    all
}
