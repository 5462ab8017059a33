//! What sslyze and sslscan say, in the words of our facts.

use super::servers::{NAME, Running};
use anyhow::{Context, Result, ensure};
use seaworthy_tests::tools::oracle;
use seaworthy_yaml::{Dialect, Limits};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// How many scans run at a time.
const AT_A_TIME: usize = 6;

/// What a scanner says of a server; nothing where it does not look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) protocols: BTreeSet<String>,
    pub(crate) suites: BTreeMap<String, BTreeSet<String>>,
    pub(crate) curves: Option<BTreeSet<String>>,
    pub(crate) dh_bits: Option<Option<i64>>,
    pub(crate) compression: Option<bool>,
    /// Whether it refuses who fell back (RFC 7507), whether renegotiation is safe with it (RFC 5746), and
    /// whether its keys are made of the whole handshake (RFC 7627).
    pub(crate) fallback: Option<bool>,
    pub(crate) renegotiation: Option<bool>,
    pub(crate) master_secret: Option<bool>,
}

/// By port; nothing where sslyze is missing.
pub(crate) fn sslyze(running: &[Running]) -> Result<Option<BTreeMap<u16, Said>>> {
    let Some(python) = oracle("python") else {
        return Ok(None);
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/tls/scan.py");
    let mut scan = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start sslyze")?;
    let asked: Vec<Value> = running.iter().map(|one| json!([NAME, one.port])).collect();
    let mut input = scan.stdin.take().context("an input")?;
    input.write_all(&serde_json::to_vec(&asked)?)?;
    drop(input);
    let output = scan.wait_with_output()?;
    ensure!(
        output.status.success(),
        "sslyze ended with {}",
        output.status
    );
    let told: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout)?;
    let strings = |value: &Value| -> BTreeSet<String> {
        let all = value.as_array().into_iter().flatten();
        all.filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    };
    let mut all = BTreeMap::new();
    for (port, value) in told {
        let suites = value["suites"].as_object().into_iter().flatten();
        let curves = strings(&value["curves"]);
        all.insert(
            port.parse()?,
            Said {
                protocols: strings(&value["protocols"]),
                suites: suites
                    .map(|(version, names)| (version.clone(), strings(names)))
                    .collect(),
                curves: value["curves"]
                    .is_array()
                    .then(|| curves.iter().map(|name| curve(name)).collect()),
                dh_bits: None,
                compression: value["compression"].as_bool(),
                fallback: value["fallback"].as_bool(),
                renegotiation: value["renegotiation"].as_bool(),
                master_secret: value["master_secret"].as_bool(),
            },
        );
    }
    Ok(Some(all))
}

/// A curve by its name at IANA.
pub(crate) fn curve(name: &str) -> String {
    match name {
        "prime256v1" => "secp256r1".to_owned(),
        "prime192v1" => "secp192r1".to_owned(),
        "X25519" => "x25519".to_owned(),
        "X448" => "x448".to_owned(),
        other => other.to_owned(),
    }
}

/// By port; nothing where sslscan is missing.
pub(crate) fn sslscan(running: &[Running]) -> Result<Option<BTreeMap<u16, Said>>> {
    if seaworthy_tests::servers::find("sslscan", "sslscan")?.is_none() {
        return Ok(None);
    }
    let names = suite_names()?;
    let mut all = BTreeMap::new();
    for chunk in running.chunks(AT_A_TIME) {
        let started: Result<Vec<_>> = chunk
            .iter()
            .map(|one| {
                let scan = Command::new("sslscan")
                    .args([
                        "--no-colour",
                        "--xml=-",
                        "--no-check-certificate",
                        "--no-heartbleed",
                    ])
                    .arg(format!("--sni-name={NAME}"))
                    .arg(format!("127.0.0.1:{}", one.port))
                    .stdout(Stdio::piped())
                    .spawn()
                    .context("failed to start sslscan")?;
                Ok((one.port, scan))
            })
            .collect();
        for (port, scan) in started? {
            let xml = String::from_utf8_lossy(&scan.wait_with_output()?.stdout).into_owned();
            all.insert(port, read(&xml, &names));
        }
    }
    Ok(Some(all))
}

/// Its word on renegotiation is about another thing, whether a client may begin one.
fn read(xml: &str, names: &BTreeMap<String, String>) -> Said {
    let mut said = Said {
        dh_bits: Some(None),
        ..Said::default()
    };
    for line in xml.lines().map(str::trim) {
        let attribute = |name: &str| {
            let (_, rest) = line.split_once(&format!(" {name}=\""))?;
            rest.split('"').next()
        };
        if line.starts_with("<protocol ") && attribute("enabled") == Some("1") {
            let kind = attribute("type").unwrap_or_default().to_ascii_uppercase();
            let version = attribute("version").unwrap_or_default();
            let version = if version.contains('.') {
                version.to_owned()
            } else {
                format!("{version}.0")
            };
            said.protocols.insert(format!("{kind} {version}"));
        } else if line.starts_with("<cipher ") {
            let version = attribute("sslversion")
                .unwrap_or_default()
                .replace("TLSv", "TLS ");
            let id = attribute("id").unwrap_or_default().to_ascii_lowercase();
            let name = names.get(&id).cloned().unwrap_or(id);
            // The prime of suites without a certificate is another one.
            let anonymous = name.contains("_anon_");
            said.suites.entry(version.clone()).or_default().insert(name);
            if let Some(bits) = attribute("dhebits").filter(|_| version != "TLS 1.3" && !anonymous)
            {
                said.dh_bits = Some(bits.parse().ok());
            }
        } else if line.starts_with("<compression ") {
            said.compression = Some(attribute("supported") == Some("1"));
        }
    }
    said
}

/// Names at IANA by number, `0xc02f`, as OpenSSL has them.
fn suite_names() -> Result<BTreeMap<String, String>> {
    let output = Command::new("openssl")
        .args([
            "ciphers",
            "-V",
            "-stdname",
            "-ciphersuites",
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
            "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
        ])
        .output()
        .context("failed to start openssl")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let number = words.next()?.replace("0x", "").replace(',', "");
        let name = words.nth(1)?;
        Some((
            format!("0x{}", number.to_ascii_lowercase()),
            name.to_owned(),
        ))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Tool, server and property to the reason; of these tools.
pub(crate) fn disputes(tools: &[&str]) -> Result<BTreeMap<(String, String, String), String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/tls/disputes.yaml");
    let parsed = seaworthy_yaml::parse(&std::fs::read(file)?, Dialect::Core, &Limits::default());
    let document = parsed.documents.first().context("a document")?;
    let mut all = BTreeMap::new();
    for entry in document.value().as_array().context("a list")? {
        if !entry["tool"]
            .as_str()
            .is_some_and(|tool| tools.contains(&tool))
        {
            continue;
        }
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        for server in entry["servers"].as_array().into_iter().flatten() {
            let server = server.as_str().unwrap_or_default().to_owned();
            all.insert((text("tool"), server, text("property")), text("why"));
        }
    }
    Ok(all)
}
